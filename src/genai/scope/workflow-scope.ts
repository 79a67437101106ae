/** A run of a workflow. */
export interface WorkflowScope {
  readonly id: string;
  readonly type?: string;
}
