/**
 * How many sockets the port has in a process.
 *
 * Node takes one connection of a listening socket at each turn of its loop (libuv 1.52), and a turn
 * can take a tenth of a second under load: who comes new would wait for longer than any answer takes,
 * and not even be refused. With many sockets a turn takes one connection of each.
 */
export const SOCKETS = 256;
