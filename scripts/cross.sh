#!/bin/sh
# Checks that everything compiles on every system we build for, without cgo. With an argument, the
# directory for the release binaries: they are built twice and must come out equal.
set -eu
export CGO_ENABLED=0
systems="linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64"

if [ $# = 0 ]; then
	for system in $systems; do
		GOOS=${system%/*} GOARCH=${system#*/} go build ./...
	done
	for os in darwin windows; do # vet compiles the tests too
		GOOS=$os GOARCH=amd64 go vet ./...
	done
	echo "compiles for $systems"
	exit 0
fi

dir=$1
mkdir -p "$dir"
build() { go build -trimpath -ldflags='-s -w -buildid=' -o "$1" ./cmd/imapsync; }
for system in $systems; do
	export GOOS=${system%/*} GOARCH=${system#*/}
	file="$dir/imapsync-$GOOS-$GOARCH"
	[ "$GOOS" != windows ] || file="$file.exe"
	build "$file"
	build "$file.again"
	cmp "$file" "$file.again" || { echo "the build of $file is not reproducible" >&2; exit 1; }
	rm "$file.again"
done
(cd "$dir" && sha256sum imapsync-* >SHA256SUMS && cat SHA256SUMS)
