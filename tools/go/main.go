// Ledgercheck reads a log (https://c2sp.org/tlog-tiles) from a folder or an address and checks it with
// golang.org/x/mod/sumdb, which knows nothing of ours: the checkpoint's signature, every tile and entry
// against its tree hash, inclusion of every entry, consistency with an older checkpoint, and proofs that
// the log itself handed out.
//
//	ledgercheck -key VKEY -log FOLDER_OR_URL [-older FILE] [-proofs FILE]
package main

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

func main() {
	key := flag.String("key", "", "verifier key of the log")
	log := flag.String("log", "", "folder or address with checkpoint and tile/")
	older := flag.String("older", "", "file with an older checkpoint of the log")
	proofs := flag.String("proofs", "", "file with proofs that the log handed out")
	flag.Parse()
	size, err := check(*key, source(*log), *older, *proofs)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("%d entries hold\n", size)
}

// source reads a file of the log, such as "checkpoint".
type source string

func (s source) read(path string) ([]byte, error) {
	if !strings.HasPrefix(string(s), "http") {
		return os.ReadFile(filepath.Join(string(s), filepath.FromSlash(path)))
	}
	response, err := http.Get(strings.TrimSuffix(string(s), "/") + "/" + path)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", path, response.Status)
	}
	return io.ReadAll(response.Body)
}

// Height is that of a tile; the paths of tlog-tiles leave it out.
func (s source) Height() int { return height }

func (s source) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, err := s.read(path)
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func (s source) SaveTiles([]tlog.Tile, [][]byte) {}

func check(key string, log source, olderFile, proofsFile string) (int64, error) {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return 0, err
	}
	signed, err := log.read("checkpoint")
	if err != nil {
		return 0, err
	}
	tree, err := open(signed, verifier)
	if err != nil {
		return 0, fmt.Errorf("checkpoint: %w", err)
	}
	// Every tile that this reader gives has been checked against the tree's hash.
	hashes := tlog.TileHashReader(tree, log)
	if err := checkEntries(tree, log, hashes); err != nil {
		return 0, err
	}
	if olderFile != "" {
		if err := checkOlder(tree, hashes, olderFile, verifier); err != nil {
			return 0, fmt.Errorf("older checkpoint: %w", err)
		}
	}
	if proofsFile != "" {
		if err := checkProofs(tree, proofsFile, verifier); err != nil {
			return 0, fmt.Errorf("proofs: %w", err)
		}
	}
	return tree.N, nil
}

// open verifies a signed checkpoint and parses it (https://c2sp.org/tlog-checkpoint).
func open(signed []byte, verifier note.Verifier) (tlog.Tree, error) {
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		return tlog.Tree{}, errors.New("not a checkpoint of this log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

func checkEntries(tree tlog.Tree, log source, hashes tlog.HashReader) error {
	for start := int64(0); start < tree.N; start += 1 << height {
		width := min(tree.N-start, 1<<height)
		tile := tlog.Tile{H: height, L: -1, N: start >> height, W: int(width)}
		path := strings.Replace(tile.Path(), "tile/8/data/", "tile/entries/", 1)
		bundle, err := log.read(path)
		if err != nil {
			return err
		}
		for index := start; index < start+width; index++ {
			if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
				return fmt.Errorf("%s is too short", path)
			}
			length := int(binary.BigEndian.Uint16(bundle))
			leaf := tlog.RecordHash(bundle[2 : 2+length])
			bundle = bundle[2+length:]
			proof, err := tlog.ProveRecord(tree.N, index, hashes)
			if err != nil {
				return err
			}
			if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, leaf); err != nil {
				return fmt.Errorf("entry %d: %w", index, err)
			}
		}
		if len(bundle) != 0 {
			return fmt.Errorf("%s is too long", path)
		}
	}
	return nil
}

func checkOlder(tree tlog.Tree, hashes tlog.HashReader, file string, verifier note.Verifier) error {
	signed, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	older, err := open(signed, verifier)
	if err != nil {
		return err
	}
	proof, err := tlog.ProveTree(tree.N, older.N, hashes)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, tree.N, tree.Hash, older.N, older.Hash)
}

// handedOut is what the log itself proved; all bytes in base64.
type handedOut struct {
	Inclusion []struct {
		Index  int64    `json:"index"`
		Entry  string   `json:"entry"`
		Hashes []string `json:"hashes"`
	} `json:"inclusion"`
	Consistency struct {
		Older  string   `json:"older"`
		Hashes []string `json:"hashes"`
	} `json:"consistency"`
}

func checkProofs(tree tlog.Tree, file string, verifier note.Verifier) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var given handedOut
	if err := json.Unmarshal(text, &given); err != nil {
		return err
	}
	for _, proof := range given.Inclusion {
		entry, err := base64.StdEncoding.DecodeString(proof.Entry)
		if err != nil {
			return err
		}
		hashes, err := parseHashes(proof.Hashes)
		if err != nil {
			return err
		}
		leaf := tlog.RecordHash(entry)
		if err := tlog.CheckRecord(hashes, tree.N, tree.Hash, proof.Index, leaf); err != nil {
			return fmt.Errorf("inclusion of %d: %w", proof.Index, err)
		}
	}
	older, err := open([]byte(given.Consistency.Older), verifier)
	if err != nil {
		return err
	}
	hashes, err := parseHashes(given.Consistency.Hashes)
	if err != nil {
		return err
	}
	return tlog.CheckTree(hashes, tree.N, tree.Hash, older.N, older.Hash)
}

func parseHashes(texts []string) ([]tlog.Hash, error) {
	hashes := []tlog.Hash{}
	for _, text := range texts {
		hash, err := tlog.ParseHash(text)
		if err != nil {
			return nil, err
		}
		hashes = append(hashes, hash)
	}
	return hashes, nil
}
