import { type Call, serviceCall } from '#kernel/principal.ts';

/** What the module does by itself, as `service:governance`. */
export const ownCall = (): Call => serviceCall('governance', new AbortController().signal);
