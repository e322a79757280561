# Plain words for what can be done here. Needed is Go; "make test" fetches the rest when it may.

.PHONY: build demo test race fuzz lint integration faults bench soak stories-reference cross release clean

build: ## the command, in bin/
	CGO_ENABLED=0 go build -trimpath -o bin/imapsync ./cmd/imapsync

demo: build ## two servers inside the program, sample mail, a real run, a comparison
	./bin/imapsync demo

test: ## everything, with the race detector and real servers, in a few minutes
	@sh scripts/test.sh

race: ## the race detector on the packages alone, without real servers
	go test -race ./internal/... ./cmd/...

fuzz: ## every fuzz target for a few seconds (FUZZTIME=1m for longer)
	@sh scripts/fuzz.sh

lint: ## linters, dependency rules among them (.golangci.yml)
	@if command -v golangci-lint >/dev/null 2>&1; then golangci-lint run; \
	else go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0 run; fi

integration: ## the tests against real servers only
	@sh scripts/prepare-tests.sh
	go test -count=1 -timeout 20m ./integration/...

faults: ## the interruption tests at many places (long)
	@sh scripts/prepare-tests.sh
	IMAPSYNC_LONG=1 go test -count=1 -timeout 90m ./integration/interrupted/ ./internal/migrate/ ./internal/transfer/

soak: ## changes, runs and interruptions by chance, for SOAK (default 10m)
	@sh scripts/prepare-tests.sh
	IMAPSYNC_SOAK=$${SOAK:-10m} go test -count=1 -timeout 24h -v ./integration/soak/

stories-reference: ## the stories on imapsync 2.229 itself, REFERENCE=its file; rewrites docs/agreement.md
	@sh scripts/prepare-tests.sh
	IMAPSYNC_REFERENCE=$(abspath $(REFERENCE)) go test -count=1 -timeout 20m -run TestReference ./integration/stories -update

bench: build ## speed and memory, measured against the wire's limit and the reference (bench/README.md)
	@sh scripts/prepare-tests.sh
	go run ./bench -binary bin/imapsync

cross: ## compile for every system
	@sh scripts/cross.sh

release: ## reproducible binaries for every system, in bin/release
	@sh scripts/cross.sh bin/release

clean:
	rm -rf bin
