#!/bin/sh
# Installs what the benchmark compares against: PyTorch and XGBoost from Debian's packages (needs root) and the npm peers, which
# stay out of the workspace because they weigh 350 MB. onnxruntime-node ships its CPU library, so no script has to run.
set -e
apt-get install --yes --no-install-recommends python3-torch python3-numpy python3-xgboost libopenblas0-pthread
cd "$(dirname "$0")/peers"
npm ci --ignore-scripts
