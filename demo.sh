#!/bin/sh
# What this engine does with a log, in a few commands; all of it stays in ./demo.
# demo.sh [LOG]: LOG is an event log of yours (.xes .csv .xlsx .parquet .json .sqlite, packed or not).
set -eu
cd "$(dirname "$0")"

if [ -n "${1:-}" ]; then
    file=$1
    name=$(basename "$file" | sed 's/\..*//')
else
    file=eventlogs/sample/simulated_lift_projects.xes.gz
    name=simulated_lifts
    echo "60 simulated lift projects in four cities; none of them is real."
fi

mkdir -p demo
RETROFIT_DATA=$PWD/demo/data
export RETROFIT_DATA

tour() {
    echo
    echo "\$ retrofit $*"
    .venv/bin/retrofit "$@"
}

tour log import "$file" --log "$name"
tour log describe "$name"
tour log check "$name"
tour mine variants "$name" --top 5
tour mine map "$name" -o "demo/$name.en.svg" --lang en
tour mine map "$name" -o "demo/$name.zh.svg" --lang zh

echo
echo "The map is in demo/$name.en.svg and demo/$name.zh.svg: open either in a browser."
echo "To ask more of the same data: .venv/bin/retrofit --data demo/data log list"
