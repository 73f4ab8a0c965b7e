import type { Outputs } from '#web/contracts.ts';
import { useWords } from '#web/i18n.ts';
import { Command } from '#web/ui/copy-text.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { words } from './words.ts';

type Ledger = Outputs['kernel']['getLedger'];

/** Commands that check the log with tools of others. */
export function HowToCheck({ ledger }: { ledger: Ledger }) {
  const say = useWords(words);
  return (
    <Section title={say('check')}>
      <p className="ledger-why">{say('checkWhy')}</p>
      <h3 className="ledger-key">{say('checkCurl')}</h3>
      <Command text={curlLines(location.origin, ledger.size)} />
      <h3 className="ledger-key">{say('checkGo')}</h3>
      <p className="ledger-why">{say('checkGoWhy')}</p>
      <details className="ledger-program">
        <summary>{say('showProgram')}</summary>
        <Command text={goProgram(location.origin, ledger.logKey)} />
      </details>
    </Section>
  );
}

const tileWidth = 256;

/** The first tile of hashes is full from 256 facts on; before that its address says how wide it is. */
export function curlLines(origin: string, size: number): string {
  const tile = size >= tileWidth ? 'tile/0/000' : `tile/0/000.p/${size}`;
  return `curl ${origin}/ledger/checkpoint\ncurl ${origin}/ledger/${tile} | xxd -c 32 | head`;
}

/** A whole Go program: it opens the checkpoint with the log's key alone and prints size and root. */
export function goProgram(origin: string, logKey: string): string {
  return `package main

import (
	"fmt"
	"io"
	"net/http"

	"golang.org/x/mod/sumdb/note"
)

func main() {
	response, err := http.Get("${origin}/ledger/checkpoint")
	if err != nil {
		panic(err)
	}
	text, err := io.ReadAll(response.Body)
	if err != nil {
		panic(err)
	}
	verifier, err := note.NewVerifier("${logKey}")
	if err != nil {
		panic(err)
	}
	opened, err := note.Open(text, note.VerifierList(verifier))
	if err != nil {
		panic(err)
	}
	fmt.Print(opened.Text)
}`;
}
