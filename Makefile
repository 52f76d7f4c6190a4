# Every target does its own set-up: a fresh machine needs Node with npm, Go, make and, for the lab, root.
.PHONY: demo demo-down lab lab-down lab-status lab-hardware lab-hardware-down test test-hardware soak bench check format clean

PATH := $(CURDIR)/node_modules/.bin:$(PATH)
export PATH
MAKEFLAGS += --no-print-directory

modules := node_modules/.package-lock.json

# The network of stacks/Pulumi.lab.yaml, in a Proxmox VE lab on this machine.
demo: $(modules)
	@tsx lab/demo.ts

demo-down: $(modules)
	@tsx lab/demo-down.ts

lab: $(modules)
	@tsx lab/lab.ts up

lab-down: $(modules)
	@tsx lab/lab.ts down

lab-status: $(modules)
	@tsx lab/lab.ts status

# A host with real drivers for cards that can be passed through: docs/hardware-lab.md.
lab-hardware: $(modules)
	@tsx lab/hardware/main.ts up

lab-hardware-down: $(modules)
	@tsx lab/hardware/main.ts down

test: $(modules) check
	@tsx test/run.ts

# All tests on the hardware lab, those too that `make test` has no time for.
test-hardware: $(modules)
	@tsx test/run.ts test/hardware

# The tests of random policies and schedules, five to ten times longer and with a new seed, which
# they print.
soak: $(modules)
	@SEED=$$(date +%s) KERNEL_ROUNDS=1000 NFT_RULESETS=30000 SCHEDULES=10000 jest --runInBand \
		test/net/kernel test/net/nftables-property test/agent/schedules --testTimeout 3600000

# Ratios measured side by side in one run; not part of the tests.
bench: $(modules)
	@tsx bench/main.ts

# Formatting, types, lint, dead code.
check: $(modules)
	@npm run --silent check

format: $(modules)
	@npm run --silent format

# The lab and everything built or downloaded for it; the next run starts cold.
clean: $(modules)
	@tsx lab/lab.ts down || true
	@tsx lab/hardware/main.ts down || true
	rm -rf "$${PROXMOX_ROUTER_CACHE:-$$HOME/.cache/proxmox-router}" node_modules

# Not `npm ci`: it insists on packages for other platforms, which some registries do not serve.
$(modules): package.json package-lock.json
	npm install --no-save --no-audit --no-fund --loglevel=error
	@touch $@
