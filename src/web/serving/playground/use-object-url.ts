import { useEffect, useState } from 'react';

/** An address of bytes that are here in the page; null at first, and given back once they are shown no more. */
export function useObjectUrl(body: Blob): string | null {
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(body);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [body]);
  return address;
}
