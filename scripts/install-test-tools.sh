#!/usr/bin/env bash
# What some checks need: of Debian's packages Chromium (the library in a browser), OpenBLAS (the blas provider) and numpy (an
# independent reader of model files), scikit-learn and PyTorch (metrics beside ours, networks to import), onnx (its checker) and Redis (sweeps on other machines); of npm's Deno, Bun and onnxruntime, in
# .tools, and other versions of Node. Without them those checks are skipped by name.
set -euo pipefail
cd "$(dirname "$0")/.."

# The packages that hold the binaries: what installs them by other names would look elsewhere than in the registry.
case "$(uname -s)-$(uname -m)" in
Linux-x86_64) runtimes=(@deno/linux-x64-glibc@2.9.6 @oven/bun-linux-x64@1.4.5) ;;
Linux-aarch64) runtimes=(@deno/linux-arm64-glibc@2.9.6 @oven/bun-linux-aarch64@1.4.5) ;;
*) runtimes=() ;;
esac
if [ ${#runtimes[@]} -gt 0 ]; then
  runtimes+=(onnxruntime-node@1.30.0)
  mkdir -p .tools
  [ -f .tools/package.json ] || echo '{ "private": true }' >.tools/package.json
  npm install --prefix .tools --prefer-offline --ignore-scripts --silent "${runtimes[@]}" ||
    echo "Not installed: ${runtimes[*]}; the checks that need them will be skipped." >&2
fi

# The oldest line of Node and the current release, for the command's tests.
node --input-type=module -e 'import { installNode } from "./scripts/nodes.js"; for (const version of ["20", "latest"]) installNode(version);' ||
  echo "Not installed: other versions of Node; the checks that need them will be skipped." >&2

packages=(chromium libopenblas0-pthread python3 python3-numpy python3-onnx python3-sklearn python3-torch redis-server)
missing=()
for package in "${packages[@]}"; do
  dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  echo "Not installed: ${missing[*]}; the checks that need them will be skipped." >&2
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
# The tests start a Redis server of their own; the system's stays off.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
  trap 'rm -f "$policy"' EXIT
fi
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
