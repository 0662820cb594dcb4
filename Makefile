# dbdeck: every target works as the first command on a Debian or Ubuntu machine that has only a Rust toolchain and
# root or sudo; missing servers and compilers are installed, and it is said what is done.
#
# Tests below src/ need no server. Every file of tests/ is run on MariaDB by `test` and again on MySQL by `test-mysql`:
# a test takes its server from the environment variable DBDECK_TEST_SERVER, else the first one of this machine.

CARGO ?= cargo
MYSQL := $(CURDIR)/target/mysql

.DEFAULT_GOAL := help
.PHONY: help demo test test-mysql bench lint fmt mariadb mysql

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: mariadb ## the console on a private throw-away server with lifelike data
	$(CARGO) run --release -- demo

test: mariadb ## all tests, on MariaDB
	$(CARGO) test

test-mysql: mariadb mysql ## the tests on real servers once more, on MySQL
	DBDECK_TEST_SERVER=$(MYSQL) $(CARGO) test --test '*'

fmt: ## formats every file (cargo fmt does not see the modules that a list declares)
	rustfmt $$(git ls-files '*.rs')

bench: mariadb ## the budgets: time, processor, memory, traffic
	$(CARGO) bench --bench console

lint: ## format, clippy and documentation, warnings refused
	rustfmt --check $$(git ls-files '*.rs')
	$(CARGO) clippy --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --no-deps --document-private-items

mariadb:
	@assets/get-server.sh mariadb

mysql:
	@assets/get-server.sh mysql $(MYSQL)
