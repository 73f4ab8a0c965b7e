/** Where one goes once signed in: the address in `to` if it is one of the portal, else home. */
export function placeAfter(to: string): string {
  return /^\/(?![/\\])/.test(to) ? to : '/';
}
