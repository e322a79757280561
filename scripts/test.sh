#!/bin/sh
# The whole test suite: format, vet, and all tests with the race detector, real servers included.
# Arguments go to go test.
set -eu

sh scripts/prepare-tests.sh

unformatted=$(gofmt -l cmd internal integration bench)
if [ -n "$unformatted" ]; then
	echo "not formatted (gofmt -w):" $unformatted >&2
	exit 1
fi
go vet ./...

race=""
if command -v cc >/dev/null 2>&1 || command -v gcc >/dev/null 2>&1; then
	race="-race"
fi
# One binary for all themes of integration tests.
go build $race -o bin/imapsync-test ./cmd/imapsync
IMAPSYNC_BINARY="$PWD/bin/imapsync-test" go test $race -timeout 20m "$@" ./...
