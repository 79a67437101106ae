/** The reason of a client signal: nobody is there any more to read the answer. */
export class ClientGoneError extends Error {
  override readonly name = 'ClientGoneError';

  constructor() {
    super('The client closed the connection before it was answered');
  }
}
