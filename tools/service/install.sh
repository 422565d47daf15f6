#!/bin/sh
# Install retrofit from this folder, without internet: sh install.sh [WHERE], by default /opt/retrofit.
# A second time it upgrades what is there; data lie elsewhere and are not touched.
set -eu
house=$(cd "$(dirname "$0")" && pwd)
where=${1:-/opt/retrofit}
read -r version patch machine <"$house/made-for"
python=${PYTHON:-python$version}

fail() { echo "$1" >&2; exit 1; }

command -v "$python" >/dev/null || fail "Python $version is needed; name it: PYTHON=… sh install.sh $where"
here=$("$python" -c 'import platform, sys
print("{}.{} {}".format(*sys.version_info), platform.machine())')
fits=$(echo "$here" | awk -v v="$version" -v p="$patch" -v m="$machine" '$1 == v && $2 >= p && $3 == m')
[ -n "$fits" ] || fail "These wheels need Python $version.$patch or a later $version on $machine; $python is $here"
(cd "$house" && sha256sum --check --quiet SHA256SUMS) || fail "The folder is not whole; copy it again"

[ -x "$where/bin/python" ] || "$python" -m venv "$where"
PIP_CONFIG_FILE=/dev/null PIP_DISABLE_PIP_VERSION_CHECK=1 "$where/bin/python" -m pip install --quiet --no-index \
    --find-links "$house/wheels" --requirement "$house/requirements.lock"
PIP_CONFIG_FILE=/dev/null PIP_DISABLE_PIP_VERSION_CHECK=1 "$where/bin/python" -m pip install --quiet --no-index \
    --no-deps --force-reinstall "$house"/wheels/retrofit_engine-*.whl
echo "$where/bin/retrofit is ready"
