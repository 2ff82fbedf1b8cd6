# Builds the reeve server: one binary, one test binary. Needs GNU make >= 4.3.
#
#   make                      release binary        build/release/reeve
#   make BUILD=asan test      tests under ASan+UBSan
#   make help                 every target

NAME  := reeve
BUILD ?= release
O     := build/$(BUILD)

# For whoever builds: override on the command line or in config.mk (git-ignored).
-include config.mk
PKG_CONFIG ?= pkg-config
ifeq ($(origin CXXFLAGS),undefined)
CXXFLAGS    = $(OPT_$(BUILD))
SMALL_FLAGS = -Os
endif
DESTDIR    ?=
PREFIX     ?= /usr/local
BINDIR     ?= $(PREFIX)/bin
INCLUDEDIR ?= $(PREFIX)/include
LIBDIR     ?= $(PREFIX)/lib
DATADIR    ?= $(PREFIX)/share/$(NAME)
SYSCONFDIR ?= /etc
UNITDIR    ?= $(PREFIX)/lib/systemd/system
SYSUSERSDIR ?= $(PREFIX)/lib/sysusers.d
TMPFILESDIR ?= $(PREFIX)/lib/tmpfiles.d

# The official Cedar test data; the conformance tests say so and pass where it is absent, unless CI=true.
CEDAR_TESTS ?= ../shared/cedar
# That of AuthZEN's working group, likewise.
AUTHZEN_DATA ?= ../shared/authzen

# ccache makes a second build of the same text free; used where it is installed.
CCACHE := $(shell command -v ccache 2>/dev/null)
ifeq ($(origin CXX),default)
CXX := $(if $(filter fuzz,$(BUILD)),clang++,g++)
endif

# Optimisation and instrumentation of each BUILD; SAN_* is also given to the linker.
HARDEN      := -D_FORTIFY_SOURCE=2 -fstack-protector-strong
OPT_release := -O2 -g1 $(HARDEN) -D_GLIBCXX_ASSERTIONS
# Not _GLIBCXX_DEBUG: it changes the layout of containers, which are shared with libraries.
OPT_debug   := -O0 -g -D_GLIBCXX_ASSERTIONS
# GCC's -Wmaybe-uninitialized and -Wstringop-overread give false alarms once it is instrumenting.
OPT_asan    := -O1 -g1 -fno-omit-frame-pointer -D_GLIBCXX_ASSERTIONS -Wno-maybe-uninitialized
OPT_fuzz    := -O1 -gline-tables-only -fno-omit-frame-pointer -D_GLIBCXX_ASSERTIONS -Wno-unknown-warning-option
OPT_tsan    := -O1 -g1 -fno-omit-frame-pointer -Wno-maybe-uninitialized -Wno-stringop-overread -Wno-tsan
SAN_asan    := -fsanitize=address,undefined -fno-sanitize-recover=all
SAN_tsan    := -fsanitize=thread
SAN_fuzz    := -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
ifeq ($(OPT_$(BUILD)),)
$(error unknown BUILD=$(BUILD); use release, debug, asan, tsan or fuzz)
endif

# What the code cannot be built without. Never put these in CXXFLAGS.
PKGS     := cpp-httplib lmdb yaml-cpp openssl simdjson spdlog zlib
PKG_CPP  := $(shell $(PKG_CONFIG) --cflags $(PKGS) 2>/dev/null)
PKG_LIBS := $(shell $(PKG_CONFIG) --libs $(PKGS) 2>/dev/null)
WARN     := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor \
            -Woverloaded-virtual -Wimplicit-fallthrough $(if $(WERROR),-Werror)
# False alarms of GCC 12 to 14 about std::string and std::variant: bugs 105651, 105329 and 105562 of its tracker.
ifneq ($(filter 12 13 14,$(shell $(CXX) -dumpversion 2>/dev/null | cut -d. -f1)),)
WARN += -Wno-restrict -Wno-stringop-overflow -Wno-array-bounds -Wno-maybe-uninitialized
endif
PROJ_CPP := -Ilib -I. $(PKG_CPP)
PROJ_CXX := -std=c++20 -pthread $(WARN) $(SAN_$(BUILD))
COMPILE   = $(CXX) $(CPPFLAGS) $(PROJ_CPP) $(CXXFLAGS) $(PROJ_CXX)
LINK      = $(CXX) $(CXXFLAGS) -pthread $(SAN_$(BUILD)) $(LDFLAGS)

# What runs at the start, in a command or beside the requests is compiled for size, which makes a third of it. It comes
# last: of a template that many files have the linker takes the first, which should be one that is fast.
SMALL     := $(foreach f,app backup cli client config,lib/$f/%)
LIB_SRCS  := $(sort $(shell find lib -name '*.cpp'))
LIB_SRCS  := $(filter-out $(SMALL),$(LIB_SRCS)) $(filter $(SMALL),$(LIB_SRCS))
TEST_SRCS := $(sort $(shell find tests -name '*.cpp' -not -path 'tests/fuzz/*'))
ifeq ($(BUILD),tsan)
TEST_SRCS := $(filter-out tests/cedar/% tests/config/% tests/conformance/% tests/domain/% tests/names/% tests/sql/%,$(TEST_SRCS))
endif
# Compiled into the binary: what a deployment edits, and, packed, the texts of the OpenAPI document, which are made of
# its parts.
OPENAPI_PARTS := $(sort $(wildcard data/openapi/*.json))
OPENAPI_TEXTS := $(foreach n,camel proto,$(O)/gen/openapi/$n.json $(O)/gen/openapi/$n.yaml)
# And the console's built pages, packed as well.
CONSOLE_FILES := $(patsubst data/web/dist/%,$(O)/gen/console/%.gz,$(sort $(wildcard data/web/dist/*)))
DATA_FILES := $(sort $(shell find config -type f)) $(OPENAPI_TEXTS:=.gz) $(CONSOLE_FILES)
GEN_SRCS  := $(O)/gen/version.cpp $(O)/gen/embedded.cpp

LIB_OBJS  := $(LIB_SRCS:%.cpp=$(O)/%.o) $(GEN_SRCS:.cpp=.o)
TEST_OBJS := $(TEST_SRCS:%.cpp=$(O)/%.o)
# What makes and compares policies, for tests and fuzzers.
GENERATOR_OBJS := $(patsubst %,$(O)/tests/support/%.o,cedar_expr_generator cedar_expr_text cedar_forms \
                  cedar_generator compiled_answers reached_operands)
APP       := $(O)/$(NAME)
TESTS     := $(O)/$(NAME)-tests
# Catch2 2 is a header; Catch2 3 brings a library.
CATCH_LIBS := $(shell $(PKG_CONFIG) --exists catch2 2>/dev/null && $(PKG_CONFIG) --libs catch2)
# What conditions are compared with.
TEST_LIBS  := $(CATCH_LIBS) -lsqlite3

JOBS ?= $(shell nproc)

Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-4s %s\n' $1 $2;)

.SUFFIXES:
.DELETE_ON_ERROR:
.PHONY: all run test run-tests check check-release clients openapi sql-servers asan-build asan-tests asan-conformance tsan-build tsan-tests deps run-deps fuzz run-fuzz tidy lint headers install uninstall cedar-lib install-cedar uninstall-cedar clean help benches bench-store bench-durability bench-hostile bench-http bench-cedar bench-decide bench-abuse bench-following bench-foresee bench-console web check-web e2e-web pictures-web FORCE
all: $(APP)  ## build the server (default)

$(APP):   $(O)/main.o $(LIB_OBJS) $(O)/.link
$(TESTS): $(LIB_OBJS) $(GENERATOR_OBJS) $(TEST_OBJS) $(O)/.link
$(APP):
	$(call say,LD,$@)$(LINK) -o $@ $(filter %.o,$^) $(PKG_LIBS) $(LDLIBS)
$(TESTS):
	$(call say,LD,$@)$(LINK) -o $@ $(filter %.o,$^) $(TEST_LIBS) $(PKG_LIBS) $(LDLIBS)

$(O)/%.o: %.cpp $(O)/.compile
	$(call say,CXX,$<)mkdir -p $(@D) && $(CCACHE) $(COMPILE) $(PCH:%=-include %) -MMD -MP -c -o $@ $<

# Tests are compiled without optimisation, in half the time: what takes time in them is in lib/.
$(O)/tests/%: private CXXFLAGS += -O0 -U_FORTIFY_SOURCE
# These make hundreds of thousands of policies.
$(GENERATOR_OBJS) $(O)/tests/conformance/compiled_generated_test.o $(O)/tests/conformance/partial_generated_test.o: private CXXFLAGS += -O1

# Precompiled headers; -include takes NAME.gch where it lies beside NAME. The debug build and clang-tidy
# show that every file does without. ccache knows them by the .sum of their text, since no two .gch of one text are equal.
ifneq ($(BUILD),debug)
LIB_PCH  := $(O)/lib/precompiled.h
SMALL_PCH := $(if $(filter release,$(BUILD)),$(O)/lib/small/precompiled.h)
TEST_PCH := $(if $(filter fuzz,$(BUILD)),,$(O)/tests/precompiled.h)
export CCACHE_SLOPPINESS := pch_defines,time_macros
export CCACHE_PCH_EXTSUM := 1
endif
PCH := $(LIB_PCH)
$(O)/tests/%.o: private PCH := $(TEST_PCH)
ifeq ($(BUILD),release)
SMALL_OBJS := $(patsubst %.cpp,$(O)/%.o,main.cpp $(filter $(SMALL),$(LIB_SRCS)))
$(SMALL_OBJS) $(SMALL_PCH:=.gch): private CXXFLAGS += $(SMALL_FLAGS)
$(SMALL_OBJS): private PCH := $(SMALL_PCH)
$(SMALL_OBJS): $(SMALL_PCH:=.gch)
endif
# Catch2 2 is included there with its runner.
$(O)/tests/main.o: private PCH :=
$(LIB_OBJS) $(O)/main.o: $(LIB_PCH:=.gch)
$(TEST_OBJS): $(TEST_PCH:=.gch)
$(LIB_PCH:=.gch) $(SMALL_PCH:=.gch): lib/base/precompiled.h
$(TEST_PCH:=.gch): tests/support/precompiled.h lib/base/precompiled.h tests/support/catch.h
$(LIB_PCH:=.gch) $(SMALL_PCH:=.gch) $(TEST_PCH:=.gch): $(O)/.compile
	$(call say,PCH,$@)mkdir -p $(@D) && printf '#include "%s"\n' $(firstword $(filter %.h,$^)) > $(@:.gch=) \
	  && $(COMPILE) -x c++-header $(@:.gch=) -o $@ && $(COMPILE) -E -P -x c++-header $(@:.gch=) | cksum > $@.sum

$(O)/gen/%.o: $(O)/gen/%.cpp $(O)/.compile
	$(call say,CXX,$<)$(COMPILE) -MMD -MP -c -o $@ $<

# Written only when the text differs, so what depends on it is rebuilt exactly when
# the flags (or the list of objects) changed.
define keep
@mkdir -p $(@D); printf '%s\n' '$(subst ','\'',$1)' | cmp -s - $@ || printf '%s\n' '$(subst ','\'',$1)' > $@
endef
$(O)/.compile: FORCE
	$(call keep,$(COMPILE) small: $(SMALL) $(SMALL_FLAGS))
$(O)/.link: FORCE
	$(call keep,$(LINK) $(PKG_LIBS) $(TEST_LIBS) $(LDLIBS) $(LIB_OBJS) $(TEST_OBJS))

VERSION := $(shell cat VERSION)
$(O)/make-openapi: $(O)/data/make_openapi.o $(O)/gen/version.o $(patsubst %,$(O)/lib/dialects/%.o,openapi_document yaml) \
                   $(filter $(O)/lib/base/%,$(LIB_OBJS)) $(O)/.compile
	$(call say,LD,$@)$(LINK) -o $@ $(filter %.o,$^) $(PKG_LIBS) $(LDLIBS)
$(O)/data/make_openapi.o: $(LIB_PCH:=.gch)
$(OPENAPI_TEXTS) &: $(O)/make-openapi $(OPENAPI_PARTS)
	$(call say,GEN,$(@D))mkdir -p $(@D) && $(O)/make-openapi $(@D) $(OPENAPI_PARTS)
$(O)/gen/console/%.gz: data/web/dist/%
	$(call say,GZIP,$@)mkdir -p $(@D) && gzip -9 -n < $< > $@
$(O)/gen/openapi/%.gz: $(O)/gen/openapi/%
	$(call say,GZIP,$@)gzip -9 -n < $< > $@
$(O)/gen/embedded.cpp: data/embed.sh $(DATA_FILES) $(O)/.data
	$(call say,GEN,$@)mkdir -p $(@D) && sh data/embed.sh $(DATA_FILES) > $@
# A file that was removed must not stay in the binary.
$(O)/.data: FORCE
	$(call keep,$(DATA_FILES))

$(O)/gen/version.cpp: FORCE
	$(call keep,namespace base { extern const char kVersion[]; const char kVersion[] = "$(VERSION)"; })

-include $(LIB_OBJS:.o=.d) $(TEST_OBJS:.o=.d) $(O)/main.d $(O)/data/make_openapi.d

# The corpus is 31,000 small files in an archive; unpacked once per checkout.
CORPUS := $(if $(wildcard $(CEDAR_TESTS)/corpus-tests.tar.gz),build/cedar/.unpacked)
build/cedar/.unpacked: $(CEDAR_TESTS)/corpus-tests.tar.gz
	$(call say,TAR,build/cedar)mkdir -p build/cedar && tar -xzf $(CEDAR_TESTS)/corpus-tests.tar.gz -C build/cedar \
	  && tar -xzf $(CEDAR_TESTS)/handwritten-tests.tar.gz -C build/cedar && touch $@

# The packages are looked at first, and make is called anew, since pkg-config is asked as the file is read.
run: run-deps  ## install what is missing, build, and start with demo data; LISTEN=HOST:PORT instead of 127.0.0.1:7400
	$(Q)test -e $(APP) || echo 'building Reeve: about three minutes on two processors, the first time'
	$(Q)$(MAKE) --no-print-directory -j$(JOBS) all
	$(Q)exec $(APP) dev $(if $(LISTEN),--listen '$(LISTEN)')

test: deps  ## install what is missing, build, and run the tests; T='[cedar]' selects some
	$(Q)$(MAKE) --no-print-directory -j$(JOBS) run-tests

run-tests: $(TESTS) $(APP) $(CORPUS)
	$(Q)CEDAR_TESTS='$(CEDAR_TESTS)' CEDAR_CORPUS=build/cedar AUTHZEN_DATA='$(AUTHZEN_DATA)' \
	  REEVE='$(APP)' $(TESTS) $(T)

check: deps  ## what CI runs beside the tests: warnings as errors, layers, clang-tidy, clients, both sanitizers
	$(MAKE) -j$(JOBS) lint
	$(MAKE) -j$(JOBS) tidy
	$(MAKE) -j$(JOBS) asan-build
	$(MAKE) -j$(JOBS) asan-tests tsan-build clients openapi sql-servers
	$(MAKE) -j$(JOBS) asan-conformance tsan-tests
	$(MAKE) check-web e2e-web
	$(MAKE) -j$(JOBS) BUILD=fuzz run-fuzz

# Tests run one after the other and often wait, so another processor builds meanwhile. The corpus and the tests of
# lib/cedar, lib/config, lib/domain, lib/names and lib/sql have one thread that matters: ThreadSanitizer need not see them.
asan-build tsan-build: %-build: $(CORPUS)
	$(Q)$(MAKE) BUILD=$* WERROR=1 build/$*/$(NAME) build/$*/$(NAME)-tests
asan-tests:
	$(Q)$(MAKE) BUILD=asan WERROR=1 run-tests T='~[conformance]~[.]'
asan-conformance:
	$(Q)COMPARED_SETS=50000 $(MAKE) BUILD=asan WERROR=1 run-tests T='[conformance]'
tsan-tests:
	$(Q)$(MAKE) BUILD=tsan WERROR=1 run-tests T='~[conformance]~[cedar]~[config]~[.]'

# Beside databases of their own, which start and end with the command.
sql-servers: $(TESTS)  ## conditions of SQL in PostgreSQL and MariaDB
	$(Q)sh tests/sql/servers.sh $(TESTS) '[servers]'

# What takes hours, of which `make check` has a small case each: ten million generated requests that compiled
# policies answer as the plain evaluator does, of other seeds than those of the check, what remains of policies
# likewise, a million rows that SQLite, PostgreSQL and MariaDB each select as policies say, of many policies and of
# tables of 10,000 rows, and an hour of fuzzing that.
check-release: deps  ## before a release: what is too long for make check
	COMPARED_SETS=2500000 COMPARED_SEED=1000000 $(MAKE) -j$(JOBS) run-tests T='"compiled: generated *"'
	COMPARED_SETS=500000 COMPARED_SEED=1000000 $(MAKE) -j$(JOBS) run-tests T='"partial: generated *"'
	COMPARED_SETS=6000 COMPARED_SEED=1000000 sh tests/sql/servers.sh $(TESTS) 'sql: generated *'
	COMPARED_SETS=75 COMPARED_SEED=2000000 COMPARED_ROWS=10000 sh tests/sql/servers.sh $(TESTS) 'sql: generated *'
	$(MAKE) e2e-web THEMES=all PEOPLE=100000 MAPPINGS=1000000
	$(MAKE) fuzz TARGET=compiled SECONDS=3600

# Packages of npm that checks use: those of tests/npm/NAME are in build/npm/NAME once build/npm/NAME/.installed
# is made, and stay there until their lock file changes.
build/npm/%/.installed: tests/npm/install.sh tests/npm/%/package.json tests/npm/%/package-lock.json
	$(call say,NPM,$(@D))sh tests/npm/install.sh tests/npm/$* $(@D)

clients: $(TESTS) build/npm/frontier/.installed  ## the calls of /v1beta1 by the documented system's own client (Node)
	$(Q)NPM_PACKAGES=build/npm $(TESTS) '[clients]'

openapi: $(TESTS) build/npm/openapi/.installed  ## redocly and spectral over the OpenAPI document (Node)
	$(Q)NPM_PACKAGES=build/npm $(TESTS) '[linters]'

# The console's pages are built by Node and committed, so that building the server needs none of it. Node looks for
# packages beside the sources.
CONSOLE_PACKAGES := data/web/node_modules
$(CONSOLE_PACKAGES): build/npm/console/.installed
	$(Q)test ! -e build/npm/console/node_modules || ln -sfn ../../build/npm/console/node_modules $@
build/npm/console/.installed: tests/npm/install.sh data/web/package.json data/web/package-lock.json
	$(call say,NPM,$(@D))sh tests/npm/install.sh data/web $(@D)

web: $(CONSOLE_PACKAGES)  ## build the console's pages into data/web/dist (Node)
	$(Q)node data/web/build.mjs data/web/dist

check-web: $(CONSOLE_PACKAGES)  ## the console: types, units, sizes, and that data/web/dist is what the source gives (Node)
	$(Q)test -e build/npm/console/node_modules || exit 0; set -e; \
	node data/web/openapi.mjs build/web/openapi.ts; \
	node data/web/node_modules/typescript/bin/tsc -p data/web || { echo 'FAILED: console types'; exit 1; }; \
	echo 'ok: console types'; \
	node data/web/build.mjs build/web/dist; node data/web/check.mjs build/web/dist data/web/dist; \
	node data/web/test/run.mjs

e2e-web: $(APP) $(O)/bench-console $(CONSOLE_PACKAGES)  ## the console in Chromium, against a server: screens, journeys, many people; THEMES=all PEOPLE=100000 MAPPINGS=1000000 (Node, chromium)
	$(Q)test -e build/npm/console/node_modules || exit 0; \
	command -v "$${CHROMIUM:-chromium}" >/dev/null || { \
	  echo 'e2e-web: skipped, chromium is not installed'; test "$${CI:-}" != true; exit; }; \
	REEVE='$(APP)' CROWD='$(O)/bench-console' PEOPLE='$(PEOPLE)' MAPPINGS='$(MAPPINGS)' THEMES='$(THEMES)' node --test --test-concurrency=1 data/web/test/e2e/*.test.mjs \
	  && echo 'ok: console e2e' || { echo 'FAILED: console e2e'; exit 1; }

pictures-web: $(APP) $(CONSOLE_PACKAGES)  ## the pictures of docs/console.md, made anew (Node, chromium)
	$(Q)REEVE='$(APP)' node data/web/test/e2e/pictures.mjs docs/console

# What running needs, what the tests need too, and with CHECK=1 what `make check` needs. Only what is missing is
# installed, and it is said first what that is for.
BUILD_DEPS := g++ pkg-config
LIB_DEPS   := libcpp-httplib-dev liblmdb-dev libyaml-cpp-dev nlohmann-json3-dev libssl-dev libcli11-dev libsimdjson-dev libspdlog-dev zlib1g-dev
CALL_DEPS  := curl
TEST_DEPS  := catch2 libsqlite3-dev lmdb-utils python3
# Node is wanted of some version; where there is one it need not be Debian's.
CHECK_DEPS := ccache clang clang-format clang-tidy libclang-rt-dev systemd postgresql mariadb-server chromium $(if $(shell command -v npm),,nodejs npm)
run-deps: TEST_DEPS :=
run-deps: CHECK :=
deps: ## install the Debian packages that are missing, naming them first
deps run-deps:
	$(Q)command -v dpkg-query >/dev/null || { \
	  echo 'not a Debian system: please see that these are installed, as Debian calls them:'; \
	  echo '  $(BUILD_DEPS) $(LIB_DEPS) $(CALL_DEPS) $(TEST_DEPS)'; exit 0; }; \
	missing=; \
	need() { \
	  why=$$1; shift; new=; \
	  for p; do dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || new="$$new $$p"; done; \
	  test -n "$$new" || return 0; \
	  test -n "$$missing" || echo 'installing what is missing, with apt-get, which takes a minute:'; \
	  echo "  $$why:$$new"; missing="$$missing$$new"; }; \
	need 'the compiler' $(BUILD_DEPS); \
	need 'the libraries Reeve is built on' $(LIB_DEPS); \
	need 'to make calls with' $(CALL_DEPS); \
	need 'for the tests' $(TEST_DEPS); \
	need 'for make check' $(if $(CHECK),$(CHECK_DEPS)); \
	test -z "$$missing" && exit 0; \
	sudo=; test "$$(id -u)" = 0 || sudo=sudo; \
	$$sudo apt-get update -qq && \
	DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $$missing >/dev/null

# tests/fuzz/NAME.cpp becomes build/fuzz/fuzz/NAME; as many run at a time as make has jobs.
SECONDS   ?= 20
FUZZERS   := $(patsubst tests/fuzz/%.cpp,%,$(sort $(wildcard tests/fuzz/*.cpp)))
# All that the targets need of lib/, so that the rest isn't built once more.
FUZZ_OBJS := $(filter $(O)/lib/base/% $(O)/lib/names/% $(O)/lib/cedar/% $(O)/lib/config/%,$(LIB_OBJS)) $(O)/gen/version.o \
             $(patsubst %,$(O)/lib/crypto/%.o,hash hasher random sealer) \
             $(patsubst %,$(O)/lib/domain/%.o,entity_name owner published_head) \
             $(patsubst %,$(O)/lib/authz/%.o,request_values rule_parts tenant_rule) $(O)/lib/api/error.o \
             $(patsubst %,$(O)/lib/dialects/%.o,access/page access/question cursor line_cutter) \
             $(patsubst %,$(O)/lib/http/%.o,message front/framing front/chunked front/head front/line_reader front/target)
fuzz: $(CORPUS)  ## run the fuzz targets for SECONDS=20 each (needs clang); TARGET=json runs that one
	$(Q)$(MAKE) --no-print-directory -j$(JOBS) BUILD=fuzz run-fuzz

run-fuzz: $(CORPUS) $(patsubst %,$(O)/fuzz/%.ran,$(or $(TARGET),$(FUZZERS)))
$(O)/fuzz/%.ran: $(O)/fuzz/% FORCE
	$(Q)sh tests/fuzz/run.sh $< $(SECONDS)
$(O)/fuzz/%: $(O)/tests/fuzz/%.o $(GENERATOR_OBJS) $(FUZZ_OBJS) $(O)/.link
	$(call say,LD,$@)mkdir -p $(@D) && $(LINK) -fsanitize=fuzzer -o $@ $(filter %.o,$^) $(PKG_LIBS) $(LDLIBS)
$(O)/tests/fuzz/%.o: private PCH := $(LIB_PCH)
$(O)/tests/fuzz/%.o: private CXXFLAGS += -O1
$(FUZZERS:%=$(O)/tests/fuzz/%.o): $(LIB_PCH:=.gch)
.SECONDARY: $(FUZZERS:%=$(O)/fuzz/%) $(FUZZERS:%=$(O)/tests/fuzz/%.o)
-include $(FUZZERS:%=$(O)/tests/fuzz/%.d)

tidy: $(LIB_SRCS:%.cpp=build/tidy/%.ok) build/tidy/main.ok  ## clang-tidy's bug-finding checks over lib/ and main.cpp
# A folder's own .clang-tidy adds checks to the one here.
$(foreach c,$(wildcard lib/*/.clang-tidy),$(eval $(filter build/tidy/$(dir $c)%,$(LIB_SRCS:%.cpp=build/tidy/%.ok)): $c))
build/tidy/%.ok: %.cpp .clang-tidy
	$(call say,TIDY,$<)mkdir -p $(@D) && clang-tidy --quiet $< -- $(PROJ_CPP) -std=c++20 2>$@.log || { cat $@.log; exit 1; }
	$(Q)touch $@

lint: headers cedar-lib benches  ## layout, and which lib/ folder includes which; every header compiles alone, benchmarks too
	$(Q)sh tests/lint/format.sh
	$(Q)sh tests/lint/layers.sh
	$(Q)sh tests/lint/systemd.sh
	$(Q)sh tests/lint/install.sh
	$(Q)sh tests/lint/install_cedar.sh

# Of the others clang-tidy's run shows it.
ifneq ($(filter lint headers,$(MAKECMDGOALS)),)
HEADERS := $(shell sh tests/lint/lone_headers.sh)
endif
headers: $(HEADERS:%=$(O)/%.alone)
$(O)/%.h.alone: %.h $(O)/.compile
	$(call say,HDR,$<)mkdir -p $(@D) && $(COMPILE) -Wno-unused -fsyntax-only -x c++ -include $< /dev/null && touch $@

# bench/NAME/*.cpp becomes build/$(BUILD)/bench-NAME, a program of its own.
BENCHES := $(patsubst bench/%/,%,$(sort $(dir $(wildcard bench/*/*.cpp))))
SUPPORT_OBJS := $(patsubst %,$(O)/tests/support/%.o,hostile_reader hostile_texts process)
BENCH_OBJS_decide := $(O)/bench/empty_tenant.o
BENCH_OBJS_foresee := $(BENCH_OBJS_decide)
BENCH_OBJS_console := $(BENCH_OBJS_decide) $(O)/bench/foresee/measure.o
$(BENCH_OBJS_decide): $(LIB_PCH:=.gch)
define bench_rule
$(patsubst %.cpp,$(O)/%.o,$(wildcard bench/$1/*.cpp)): $(LIB_PCH:=.gch)
$(O)/bench-$1: $(patsubst %.cpp,$(O)/%.o,$(wildcard bench/$1/*.cpp)) $(BENCH_OBJS_$1) $(LIB_OBJS) $(SUPPORT_OBJS) $(O)/.link
	$$(call say,LD,$$@)$$(LINK) -o $$@ $$(filter %.o,$$^) $$(PKG_LIBS) $$(LDLIBS)
endef
$(foreach b,$(BENCHES),$(eval $(call bench_rule,$b)))
benches: $(BENCHES:%=$(O)/bench-%) $(O)/faults.so
-include $(foreach b,$(BENCHES),$(patsubst %.cpp,$(O)/%.d,$(wildcard bench/$b/*.cpp))) $(BENCH_OBJS_decide:.o=.d)

bench-store: $(O)/bench-store  ## what the store writes in a second, on the disk of build/
	$(Q)rm -rf $(O)/bench-store.db && $(O)/bench-store $(O)/bench-store.db

bench-following: $(O)/bench-following  ## how fast and how soon another store is made of a server's change records
	$(Q)$(O)/bench-following $(O)/bench-following.db

bench-foresee: $(O)/bench-foresee  ## explaining, foreseeing, looking back, and the decision log, by how much there is; LINES=log MOST=100000
	$(Q)rm -rf $(O)/bench-foresee.db && $(O)/bench-foresee $(O)/bench-foresee.db $(or $(LINES),all) $(MOST)

bench-console: $(O)/bench-console  ## what the console asks of a million people and mappings; PEOPLE=100000 MAPPINGS=1000000
	$(Q)rm -rf $(O)/bench-console.db && $(O)/bench-console measure $(O)/bench-console.db \
	  $(or $(PEOPLE),1000000) $(or $(MAPPINGS),1000000)

bench-durability: $(APP) $(O)/bench-durability $(O)/faults.so  ## kill -9, a failing disk, flipped bits; ROUNDS=200 FAULTS=40 FLIPS=200
	$(Q)REEVE=$(APP) $(O)/bench-durability $(or $(ROUNDS),$(R),200) $(or $(FAULTS),40) $(CURDIR)/$(O)/faults.so \
	  $(or $(FLIPS),200)

# What makes the disk fail there; loaded into the server by LD_PRELOAD, so it has no part of ours.
$(O)/faults.so: bench/durability/preload/faults.cpp
	$(call say,LD,$@)mkdir -p $(@D) && $(CXX) -std=c++20 -O2 -fPIC -shared $(WARN) $(LDFLAGS) -o $@ $< -ldl

bench-cedar: $(O)/bench-cedar  ## decisions and parsing of lib/cedar beside other implementations (go, cargo, npm)
	$(Q)BENCH=$< sh bench/cedar/run.sh

bench-hostile: $(O)/bench-hostile  ## time and memory for ten megabytes of each hostile text
	$(Q)$(O)/bench-hostile

bench-http: $(APP) $(O)/bench-http  ## requests/s and latency beside nginx and PostgreSQL (needs wrk, nginx, postgresql)
	$(Q)REEVE=$(APP) GUARD=$(O)/bench-http sh bench/http/run.sh

bench-decide: $(APP) $(O)/bench-decide  ## decisions beside Cerbos (npm), OpenFGA (go) and nginx, and by how much a tenant has (needs wrk)
	$(Q)REEVE=$(APP) sh bench/decide/run.sh
	$(Q)rm -rf $(O)/bench-decide.db && $(O)/bench-decide $(O)/bench-decide.db $(MOST)

bench-abuse: $(APP)  ## each attack beside another tenant's client, and what that sees (needs python3, nginx); ONLY=list
	$(Q)REEVE=$(APP) sh bench/abuse/run.sh

# For clangd and clang-tidy: no tool needed, since all files share one command line.
entry = {"directory":"$(CURDIR)","file":"$1","command":"$(COMPILE) -c $1"}
comma := ,
compile_commands.json: $(O)/.compile $(O)/.link  ## database for clangd and clang-tidy
	$(file >$@,[)$(foreach s,$(LIB_SRCS) $(TEST_SRCS),$(file >>$@,$(call entry,$s)$(comma)))$(file >>$@,$(call entry,main.cpp)])@:

# What a deployment edits. A fresh copy of it all lies in DATADIR, to compare with after an upgrade.
CONFIG_FILES := $(patsubst config/%,%,$(sort $(shell find config -type f)))
CONFDIR      := $(SYSCONFDIR)/$(NAME)
# In a checkout the store is beside the configuration, installed it is where the unit allows writing.
installed = sed -e 's|/usr/local/bin/|$(BINDIR)/|g' -e 's|/etc/$(NAME)|$(CONFDIR)|g' \
                -e 's|^\(  dir:\) \.\./data/db.*|\1 /var/lib/$(NAME)|' $1 | install -D -m 0644 /dev/stdin $2

# Builds nothing, so that sudo make install leaves no object owned by root.
# The schema describes the server's own calls, so it is no configuration and follows the version.
install:  ## copy to DESTDIR/PREFIX what make built; never overwrites a configuration
	@test -x $(APP) || { echo 'run make first' >&2; exit 1; }
	install -D -m 0755 $(APP) '$(DESTDIR)$(BINDIR)/$(NAME)'
	$(call installed,systemd/$(NAME).service,'$(DESTDIR)$(UNITDIR)/$(NAME).service')
	$(call installed,systemd/$(NAME).socket,'$(DESTDIR)$(UNITDIR)/$(NAME).socket')
	$(call installed,systemd/$(NAME)-follow@.service,'$(DESTDIR)$(UNITDIR)/$(NAME)-follow@.service')
	$(call installed,systemd/$(NAME).sysusers,'$(DESTDIR)$(SYSUSERSDIR)/$(NAME).conf')
	$(call installed,systemd/$(NAME).tmpfiles,'$(DESTDIR)$(TMPFILESDIR)/$(NAME).conf')
	for f in $(CONFIG_FILES); do \
	  $(call installed,"config/$$f",'$(DESTDIR)$(DATADIR)'"/config/$$f") || exit 1; \
	  test "$$f" != reeve.cedarschema -a -e '$(DESTDIR)$(CONFDIR)'"/$$f" || \
	    install -D -m 0644 '$(DESTDIR)$(DATADIR)'"/config/$$f" '$(DESTDIR)$(CONFDIR)'"/$$f" || exit 1; \
	done

uninstall:  ## remove what install copied, but neither the configuration nor the store
	rm -f '$(DESTDIR)$(BINDIR)/$(NAME)' '$(DESTDIR)$(UNITDIR)/$(NAME).service' '$(DESTDIR)$(UNITDIR)/$(NAME).socket' \
	  '$(DESTDIR)$(UNITDIR)/$(NAME)-follow@.service' \
	  '$(DESTDIR)$(SYSUSERSDIR)/$(NAME).conf' '$(DESTDIR)$(TMPFILESDIR)/$(NAME).conf'
	rm -rf '$(DESTDIR)$(DATADIR)'

# lib/cedar by itself: what it includes of lib/base is linked into it. Its face is installed, the headers at its root
# and those of lib/base that they include, and nothing else is.
CEDAR_LIB     := $(O)/libreeve-cedar.a
cedar_base     = $(sort $(shell sed -n 's|^\#include "\(base/[a-z_0-9]*\)\.h"|lib/\1|p' $1))
CEDAR_FACE    := $(sort $(wildcard lib/cedar/*.h))
CEDAR_FIRST   := $(call cedar_base,$(filter lib/cedar/%,$(LIB_SRCS)) $(shell find lib/cedar -name '*.h'))
CEDAR_BASE    := $(sort $(CEDAR_FIRST) $(call cedar_base,$(wildcard $(CEDAR_FIRST:%=%.cpp))))
CEDAR_BASE_H  := $(addsuffix .h,$(call cedar_base,$(CEDAR_FACE)))
CEDAR_HEADERS := $(CEDAR_FACE) $(sort $(CEDAR_BASE_H) $(addsuffix .h,$(call cedar_base,$(CEDAR_BASE_H))))
CEDAR_OBJS    := $(filter $(O)/lib/cedar/% $(CEDAR_BASE:%=$(O)/%.o),$(LIB_OBJS))
cedar-lib: $(CEDAR_LIB)  ## lib/cedar as a static library; see docs/cedar.md
$(CEDAR_LIB): $(CEDAR_OBJS)
	$(call say,AR,$@)rm -f $@ && ar qcs $@ $^

install-cedar:  ## copy the library, its headers and reeve-cedar.pc to DESTDIR/PREFIX
	@test -e $(CEDAR_LIB) || { echo 'run make cedar-lib first' >&2; exit 1; }
	install -D -m 0644 $(CEDAR_LIB) '$(DESTDIR)$(LIBDIR)/libreeve-cedar.a'
	for h in $(CEDAR_HEADERS:lib/%=%); do \
	  install -D -m 0644 "lib/$$h" '$(DESTDIR)$(INCLUDEDIR)/reeve-cedar/'"$$h" || exit 1; done
	printf '%s\n' 'Name: reeve-cedar' 'Description: the Cedar policy language' 'Version: $(VERSION)' \
	  'Cflags: -I$(INCLUDEDIR)/reeve-cedar' 'Libs: -L$(LIBDIR) -lreeve-cedar -lsimdjson' | \
	  install -D -m 0644 /dev/stdin '$(DESTDIR)$(LIBDIR)/pkgconfig/reeve-cedar.pc'

uninstall-cedar:  ## remove what install-cedar copied
	rm -rf '$(DESTDIR)$(INCLUDEDIR)/reeve-cedar'
	rm -f '$(DESTDIR)$(LIBDIR)/libreeve-cedar.a' '$(DESTDIR)$(LIBDIR)/pkgconfig/reeve-cedar.pc'

clean:  ## remove everything built
	rm -rf build compile_commands.json

help:  ## this list
	@grep -hE '^[a-z_.]+:.*## ' $(firstword $(MAKEFILE_LIST)) | sed -E 's/:[^#]*## /\t/' | expand -t 24
