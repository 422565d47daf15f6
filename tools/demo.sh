#!/bin/sh
# What this engine does with a log, in a few commands; all of it stays in ./demo.
# Without LOG a simulated cohort is played through the flows, held against the paper's model, and a larger log is mined.
# demo.sh [LOG]: LOG is an event log of yours (.xes .csv .xlsx .parquet .json .sqlite, packed or not).
set -eu
cd "$(dirname "$0")/.."

say() {
    case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in
        zh*) echo "$2" ;;
        *) echo "$1" ;;
    esac
}

tour() {
    echo
    echo "\$ retrofit $*"
    .venv/bin/retrofit "$@"
}

if [ -n "${1:-}" ]; then
    file=$1
    name=$(basename "$file" | sed 's/\..*//')
else
    file=eventlogs/sample/simulated_lift_projects.xes.gz
    name=simulated_lifts
    say "All of this demo is simulated, none of it real: 12 lift projects are played step by step, then a log of 60 is mined." \
        "本演示全部为模拟数据，没有一个是真实项目：先逐步演示12个加梯项目，再分析一份含60个项目的日志。"
fi

mkdir -p demo
RETROFIT_DATA=$PWD/demo/data
export RETROFIT_DATA

if [ -z "${1:-}" ]; then
    tour simulate --projects 12 --seed 7 --log cohort --truth demo/truth.json
    tour project list --log cohort
    tour project history dalian-001 --log cohort
    tour mine conformance cohort --by city
fi

tour log import "$file" --log "$name"
tour log describe "$name"
tour log check "$name"
tour mine variants "$name" --top 5
tour mine map "$name" -o "demo/$name.$(say en zh).svg"
other=$(say zh en)
narration=$(.venv/bin/retrofit mine map "$name" -o "demo/$name.$other.svg" --lang "$other" --json 2>&1 >"demo/$name.json") ||
    { echo "$narration" >&2; exit 1; }

echo
say "The map is in demo/$name.en.svg (in Chinese: demo/$name.zh.svg), its figures in demo/$name.json." \
    "流程图在 demo/$name.zh.svg（英文版 demo/$name.en.svg），数据在 demo/$name.json。"
say "To ask more of the same log: .venv/bin/retrofit --data demo/data log list" \
    "继续查询这份日志：.venv/bin/retrofit --data demo/data log list"
