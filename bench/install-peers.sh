#!/bin/sh
# Installs what the benchmarks compare against: PyTorch, XGBoost and scikit-learn from Debian's packages (needs root) and the npm peers, which
# stay out of the workspace because they weigh 350 MB. onnxruntime-node ships its CPU library, so no script has to run.
set -e
apt-get install --yes --no-install-recommends python3-torch python3-numpy python3-xgboost python3-sklearn python3-pandas \
  libopenblas0-pthread time
cd "$(dirname "$0")/peers"
npm ci --ignore-scripts
