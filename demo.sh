#!/bin/sh
# What this engine does with a log, in a few commands; all of it stays in ./demo.
# demo.sh [LOG]: LOG is an event log of yours (.xes .csv .xlsx .parquet .json .sqlite, packed or not).
set -eu
cd "$(dirname "$0")"

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
    say "The log of this demo is simulated: 60 lift projects in four cities, none of them real." \
        "本演示所用日志是模拟的：四个城市的60个加梯项目，没有一个是真实项目。"
fi

mkdir -p demo
RETROFIT_DATA=$PWD/demo/data
export RETROFIT_DATA

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
