// What an independent implementation (golang.org/x/mod/sumdb) says of trees, proofs and signed checkpoints.
//
//	vectors          writes libs/ledger/vectors/sumdb.json to standard output
//	bundle FROM      reads frontier.json's hashes, an empty line and leaves.txt of a bundle from standard input and writes
//	                 size and root as a checkpoint has them
//	open VKEY        reads a signed note from standard input and writes its text; exit code 1 when it does not hold
package main

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"strconv"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	largest = 300
	origin  = "example.org/ledger"
)

// Of one tree: its root, and SHA-256 over the hashes of all its proofs, one after the other.
type tree struct {
	Size        int64  `json:"size"`
	Root        string `json:"root"`
	Inclusion   string `json:"inclusion"`
	Consistency string `json:"consistency"`
}

type vectors struct {
	Leaf        string `json:"leaf"`
	Trees       []tree `json:"trees"`
	Seed        string `json:"seed"`
	VerifierKey string `json:"verifierKey"`
	Note        string `json:"note"`
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func leaf(index int64) []byte { return []byte(fmt.Sprintf("leaf %d", index)) }

func digest(hashes []tlog.Hash) string {
	sum := sha256.New()
	for _, hash := range hashes {
		sum.Write(hash[:])
	}
	return base64.StdEncoding.EncodeToString(sum.Sum(nil))
}

func makeTrees() []tree {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		found := make([]tlog.Hash, len(indexes))
		for at, index := range indexes {
			found[at] = stored[index]
		}
		return found, nil
	})
	var trees []tree
	for size := int64(1); size <= largest; size++ {
		stored = append(stored, must(tlog.StoredHashes(size-1, leaf(size-1), reader))...)
		root := must(tlog.TreeHash(size, reader))
		var inclusion, consistency []tlog.Hash
		for at := int64(0); at < size; at++ {
			inclusion = append(inclusion, must(tlog.ProveRecord(size, at, reader))...)
			consistency = append(consistency, must(tlog.ProveTree(size, at+1, reader))...)
		}
		trees = append(trees, tree{size, root.String(), digest(inclusion), digest(consistency)})
	}
	return trees
}

func writeVectors() {
	trees := makeTrees()
	seed := make([]byte, ed25519.SeedSize)
	for at := range seed {
		seed[at] = byte(at)
	}
	public := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	verifier := must(note.NewEd25519VerifierKey(origin, public))
	typed := append([]byte{1}, public...)
	id := sha256.Sum256(append([]byte(origin+"\n"), typed...))
	private := fmt.Sprintf("PRIVATE+KEY+%s+%08x+%s", origin, binary.BigEndian.Uint32(id[:4]),
		base64.StdEncoding.EncodeToString(append([]byte{1}, seed...)))
	last := trees[len(trees)-1]
	signed := must(note.Sign(&note.Note{Text: fmt.Sprintf("%s\n%d\n%s\n", origin, last.Size, last.Root)}, must(note.NewSigner(private))))
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(vectors{"leaf <index>", trees, base64.StdEncoding.EncodeToString(seed), verifier, string(signed)}); err != nil {
		log.Fatal(err)
	}
	os.Stdout.Write(out.Bytes())
}

func open(key string) {
	verifier := must(note.NewVerifier(key))
	opened := must(note.Open(must(io.ReadAll(os.Stdin)), note.VerifierList(verifier)))
	os.Stdout.WriteString(opened.Text)
}

// The tree over leaves from FROM on, whose left side is known by the hashes of its perfect subtrees.
func bundle(from int64) {
	stored := map[int64]tlog.Hash{}
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		found := make([]tlog.Hash, len(indexes))
		for at, index := range indexes {
			hash, isThere := stored[index]
			if !isThere {
				return nil, fmt.Errorf("hash %d is not there", index)
			}
			found[at] = hash
		}
		return found, nil
	})
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	done := int64(0)
	for level := 62; level >= 0; level-- {
		width := int64(1) << level
		if from&width == 0 {
			continue
		}
		lines.Scan()
		stored[tlog.StoredHashIndex(level, done/width)] = must(tlog.ParseHash(lines.Text()))
		done += width
	}
	if !lines.Scan() || lines.Text() != "" {
		log.Fatal("the frontier has another number of hashes")
	}
	size := from
	for lines.Scan() {
		leaf := must(base64.StdEncoding.DecodeString(lines.Text()))
		for at, hash := range must(tlog.StoredHashes(size, leaf, reader)) {
			stored[tlog.StoredHashIndex(0, size)+int64(at)] = hash
		}
		size++
	}
	fmt.Printf("%d\n%s\n", size, must(tlog.TreeHash(size, reader)))
}

func main() {
	log.SetFlags(0)
	switch {
	case len(os.Args) == 2 && os.Args[1] == "vectors":
		writeVectors()
	case len(os.Args) == 3 && os.Args[1] == "open":
		open(os.Args[2])
	case len(os.Args) == 3 && os.Args[1] == "bundle":
		bundle(must(strconv.ParseInt(os.Args[2], 10, 64)))
	default:
		log.Fatal("vectors | bundle FROM | open VKEY")
	}
}
