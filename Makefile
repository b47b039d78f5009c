# The modules are those that go.work uses: a new module is one line there.
MODULES  := $(shell sed -n 's|^use \./||p' go.work)
COMMANDS := $(wildcard $(addsuffix /cmd/*,$(MODULES)))
IMAGES   := $(addprefix image-,$(notdir $(COMMANDS)))
BIN      ?= bin
DIST     ?= $(CURDIR)/dist
export TRIMPATH ?= -trimpath
export VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
TOOLS    := $(CURDIR)/bin/tools
# All modules, also those that the workspace leaves out: the root and the ones that only tests build.
# That of deploy/kubernetes holds one version of Kubernetes, whose parts belong together.
ALL      := $(filter-out deploy/kubernetes/%,$(patsubst %/go.mod,%,$(shell git ls-files go.mod '*/go.mod' 2>/dev/null | \
	sed 's|^go.mod|./go.mod|')))

.PHONY: help build test check soak mutants bench packages images $(IMAGES) test-images tidy update \
	vulnerabilities release test-releases test-kubernetes
help:
	@echo "make build     binaries in bin/ (BIN=DIR: elsewhere)"
	@echo "make test      install missing test servers, then vet, test with -race, check the workspace's rules"
	@echo "make check     format, vet, staticcheck, dead code"
	@echo "make soak      the long versions of the same tests"
	@echo "make mutants   breaks lines that decide, and fails where no test notices (MODULES=console: of one module)"
	@echo "make bench     every module's benchmarks"
	@echo "make images    one image per program, make image-NAME that of one; make test-images runs, kills and upgrades them"
	@echo "make test-kubernetes   applies deploy/kubernetes to a control plane that it builds (long the first time)"
	@echo "make release VERSION=v1.2.3   archives and Debian packages in dist/, and the commit that go install takes"
	@echo "                   (TARGETS=linux_amd64,darwin_arm64: of these alone); make test-releases makes all, twice"
	@echo "make update    newest versions of every dependency, equal in all modules"
	@echo "make vulnerabilities   known weaknesses in what the programs call (asks the Go team's database)"

build:
	@mkdir -p $(BIN)
	@for c in $(COMMANDS); do \
		echo "$(BIN)/$${c##*/}"; \
		deploy/compile $(BIN)/ ./$$c || exit 1; \
	done

# Every module lists the Debian packages that its tests need in debian-packages.
packages:
	@.ci/packages $(wildcard $(addsuffix /debian-packages,$(MODULES)))

# Beside races the detector looks at the arithmetic of pointers, of which SQLite, translated from C by modernc.org, is made.
# Neither is ours to mend in that code, and looking was two thirds of what its tests took: package modernc.org/sqlite,
# which joins it to database/sql, is looked at.
UNWATCHED := -gcflags=modernc.org/...=-d=checkptr=0 \
	$(patsubst %,-gcflags=modernc.org/%=-race=false,sqlite/lib libc memory)

test: packages
	go vet work
	go test -race $(UNWATCHED) -timeout 20m work
	GOWORK=off go test -count=1 -timeout 20m ./policy/...

check: $(TOOLS)
	@out="$$($(TOOLS)/gofumpt -l .)"; if [ -n "$$out" ]; then echo "not formatted; run bin/tools/gofumpt -w on:"; echo "$$out"; exit 1; fi
	go vet work
	@for m in $(MODULES); do (cd $$m && $(TOOLS)/staticcheck ./...) || exit 1; done
	@out="$$($(TOOLS)/deadcode -test $(addprefix ./,$(addsuffix /...,$(MODULES))))"; if [ -n "$$out" ]; then echo "dead code:"; echo "$$out"; exit 1; fi

# The versions of the tools stand in the root go.mod, which go.work leaves out.
$(TOOLS): go.mod
	GOWORK=off GOBIN=$(TOOLS) go install tool
	@touch $(TOOLS)

soak:
	GOWEB_SOAK=1 go test -race $(UNWATCHED) -count=1 -timeout 4h work
	@$(MAKE) mutants

# Each module's table of lines is testdata/mutants.txt; policy/mutants describes it.
mutants:
	GOWORK=off go run ./policy/mutants $(MODULES)

bench:
	@for m in $(MODULES); do if [ -f $$m/bench/Makefile ]; then $(MAKE) -C $$m/bench || exit 1; fi; done

images: $(IMAGES)

# image-assistant and so on: the module is the folder above cmd. WARM is what the module shares with others
# and takes long to compile.
$(IMAGES): module = $(patsubst %/cmd/$*,%,$(filter %/cmd/$*,$(COMMANDS)))
$(IMAGES): image-%:
	docker build -f deploy/Dockerfile --target $* --build-arg VERSION=$(VERSION) \
		--build-arg REVISION=$(shell git rev-parse --verify -q HEAD) \
		--build-arg WARM="std $$(grep -o 'modernc.org/sqlite' $(module)/go.mod | sort -u)" \
		--build-arg MODULE=$(module) --build-arg PROGRAM=$* -t goweb/$* .

test-images:
	@.ci/packages deploy/debian-packages
	cd release && GOWORK=off go test -count=1 ./...
	GOWORK=off go test -count=1 -v -timeout 60m ./deploy

test-kubernetes:
	@.ci/packages deploy/kubernetes/debian-packages
	cd deploy/kubernetes/cluster && GOWORK=off go test -count=1 -v -timeout 120m ./...

# Archives, packages, check sums and the commit that go install takes a version from: see release/doc.go.
release:
	@cd release && GOWORK=off go run . -repository .. -dist '$(DIST)' -version '$(VERSION)' -targets '$(TARGETS)'

# Releases for every system, and every image built twice.
test-releases:
	GOWEB_SOAK=1 GOWORK=off go test -count=1 -v -timeout 120m -run 'Release|Reproducible' ./deploy

# Third-party versions are equal in all modules: the workspace raises them together, each module keeps its own list.
# (go get -u would ask the world for newer versions of the siblings, which are replaced by their folders.) FerretDB, a
# stand-in of the tests, stays at the version whose faults are known; that mongo-driver's v1 line is called deprecated is
# known, too: it is what this project is asked to use.
update:
	@for m in $(ALL); do (cd $$m && export GOWORK=off && \
		go get $$(go list -m -f '{{if not (or .Main .Indirect .Replace)}}{{.Path}}@upgrade{{end}}' all | grep -v FerretDB)) || exit 1; done
	@$(MAKE) tidy

tidy:
	@for m in $(ALL); do (cd $$m && GOWORK=off go mod tidy) || exit 1; done
	@go work sync
	@for m in $(ALL); do \
		sed -i 's/v0\.0\.0-00010101000000-000000000000/v0.0.0/' $$m/go.mod && \
		(cd $$m && GOWORK=off go mod tidy) || exit 1; \
	done

# Asks the Go team's database whether a weakness is known in what the programs really call. Needs the network.
vulnerabilities: $(TOOLS)
	@for m in $(MODULES); do echo "$$m" && (cd $$m && $(TOOLS)/govulncheck ./...) || exit 1; done
