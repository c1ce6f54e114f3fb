#!/usr/bin/env bash
# Debian packages that some checks need: Chromium (the library in a browser), OpenBLAS (the blas provider), numpy (an
# independent reader of model files) and scikit-learn (its metrics beside ours). Without them those checks are skipped by name.
set -euo pipefail
packages=(chromium libopenblas0-pthread python3 python3-numpy python3-sklearn)
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
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
