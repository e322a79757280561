#!/bin/sh
# Runs every fuzz target of the project for FUZZTIME (default 5s) each.
set -eu
for package in $(go list ./...); do
	for target in $(go test -list '^Fuzz' "$package" | grep '^Fuzz' || true); do
		echo "== $package $target"
		go test -run '^$' -fuzz "^$target\$" -fuzztime "${FUZZTIME:-5s}" "$package"
	done
done
