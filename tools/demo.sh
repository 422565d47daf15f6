#!/bin/sh
# The whole story in a few commands; all of it stays in ./demo.
# Without LOG simulated projects are played by the functions that staff use, each act followed by its flow run of
# Prefect; a larger cohort is mined, held against the paper's model, graded against what was planted in it, compared by
# city and reported on; then the pages are served until Ctrl-C.
# demo.sh [LOG [CITY]]: LOG is an event log of yours (.xes .csv .xlsx .parquet .json .sqlite, packed or not), CITY the
# attribute by which its cases are compared. SERVE=0 ends after the report, PREFECT=0 plays without Prefect's runs.
set -eu
cd "$(dirname "$0")/.."

is_chinese() {
    case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in zh*) return 0 ;; *) return 1 ;; esac
}

say() {
    if is_chinese; then echo "$2"; else echo "$1"; fi
}

tour() {
    echo
    echo "\$ retrofit $*"
    .venv/bin/retrofit "$@"
}

# A step that also runs in the other language, whose words need not be shown.
quietly() {
    said=$(.venv/bin/retrofit "$@" 2>&1) || { echo "$said" >&2; exit 1; }
}

in_both_languages() { # the option before the file, the file without its ending, the ending, then the command
    option=$1 file=$2 ending=$3
    shift 3
    tour "$@" "$option" "$file.$(say en zh).$ending"
    quietly "$@" "$option" "$file.$(say zh en).$ending" --lang "$(say zh en)"
}

mine_log() { # log, attribute
    tour log describe "$1"
    tour log check "$1"
    tour mine variants "$1" --top 3
    in_both_languages -o "demo/$1" svg mine map "$1"
    tour mine stalls "$1"
    if [ -n "$2" ]; then
        tour mine compare "$1" --by "$2"
        in_both_languages -o "demo/$1.report" html report "$1" --by "$2"
    fi
}

play_and_judge() {
    say "All of this demo is simulated; no project in it is real." "本演示全部为模拟数据，没有一个是真实项目。"
    followed=--prefect
    if [ "${PREFECT:-1}" = 0 ]; then followed=; fi
    tour simulate --projects 12 --seed 7 --log cohort --until 2025-09-30 $followed
    tour project list --log cohort
    tour project history dalian-001 --log cohort
    tour simulate --projects 160 --seed 7 --fast --log cities --until 2025-09-30 --plant tools/demo_plants.toml --truth demo/truth.json
    tour work list --log cities --limit 8
    tour mine conformance cities --by city
    tour mine stalls cities --by city
    tour mine compare cities --by city
    tour mine grade cities --truth demo/truth.json
    in_both_languages -o demo/cities svg mine map cities
    in_both_languages -o demo/report html report cities --by city
}

mkdir -p demo
RETROFIT_DATA=$PWD/demo/data
export RETROFIT_DATA

if [ -n "${1:-}" ]; then
    name=$(basename "$1" | sed 's/\..*//')
    tour log import "$1" --log "$name"
    mine_log "$name" "${2:-}"
    served=$name
    map=demo/$name report=${2:+demo/$name.report}
else
    play_and_judge
    served=cities
    map=demo/cities report=demo/report
fi

echo
say "The map is in $map.en.svg (in Chinese: $map.zh.svg)." "流程图在 $map.zh.svg（英文版 $map.en.svg）。"
if [ -n "$report" ]; then
    say "The report is in $report.en.html (in Chinese: $report.zh.html); any browser prints it." \
        "报告在 $report.zh.html（英文版 $report.en.html），任何浏览器都可打印。"
fi
say "To ask more: .venv/bin/retrofit --data demo/data log list" \
    "继续查询：.venv/bin/retrofit --data demo/data log list"

if [ "${SERVE:-1}" = 0 ]; then
    exit 0
fi
echo
say "Now the pages. What to look at:" "下面打开网页。可以看：" 
say "  1. Work: what is to be done, the overdue first; open one and fill in its form." \
    "  1. 待办：该做的事，逾期在前；打开一项，填写表单。"
say "  2. Projects: one project from its first wish to its lift, both chains of roles, who did what when." \
    "  2. 项目：一个项目从提出意愿到装上电梯，两条角色链，何人何时做了何事。"
say "  3. At risk: which running projects stand still, why, and what to do next." \
    "  3. 风险：哪些在办项目停滞、为什么、下一步做什么。"
say "  4. Analysis: the map of what really happens; click a path to see its cases." \
    "  4. 分析：实际发生的流程图；点一条路径即可看到对应案例。"
say "  5. The city's report: the answer in five sentences, then the evidence." \
    "  5. 各市报告：五句话的答案，然后是依据。"
say "Sign in with the name and password shown below; Ctrl-C ends it." "用下面显示的用户名和密码登录；按 Ctrl-C 结束。"
exec .venv/bin/retrofit up --log "$served"
