#!/bin/sh
# Installs what the benchmarks compare against: PyTorch, XGBoost and scikit-learn from Debian's packages (needs root; one that this Debian
# does not have is named and left out) and the npm peers, which stay out of the workspace because they weigh 350 MB. onnxruntime-node
# ships its CPU library, so no script has to run.
set -e
for package in python3-torch python3-numpy python3-xgboost python3-sklearn python3-pandas libopenblas0-pthread time; do
  if apt-cache show "$package" > /dev/null 2>&1; then
    set -- "$@" "$package"
  else
    echo "skipped $package: Debian's lists here have no such package (apt-get update renews them)" >&2
  fi
done
apt-get install --yes --no-install-recommends "$@"
cd "$(dirname "$0")/peers"
npm ci --ignore-scripts
