import { type Errors } from "../schema/check";

/** A refusal as Proxmox words it: the status, the reason phrase, and errors by parameter. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly errors?: Errors,
  ) {
    super(message);
  }
}

/** Stop with the answer Proxmox gives to a Perl `die`: 500 and the text. */
export function die(message: string): never {
  throw new ApiError(500, message);
}

/** Stop with 400 and what is wrong with each parameter. */
export function refuseParams(errors: Errors): never {
  throw new ApiError(400, "Parameter verification failed.", errors);
}

/** The text of anything thrown. */
export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
