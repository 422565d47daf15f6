-- Events whose case, activity, resource or role is named like a missing value: NA, null, unknown, 无 …
-- One row per example, one of each name first, with how many names there are.
WITH name AS (
    SELECT seq, event_key, case_id, unnest([
        {'part': 'case', 'text': case_id}, {'part': 'activity', 'text': activity},
        {'part': 'resource', 'text': actor}, {'part': 'role', 'text': role}
    ]) AS it
    FROM checked_event
), found AS (
    SELECT it.part AS part, it.text AS text, arg_min(case_id, seq) AS case_id, arg_min(event_key, seq) AS event_key,
        count(*) AS n_events
    FROM name
    WHERE
        NOT (it.part = 'case' AND it.text = '')
        AND regexp_full_match(
            lower(trim(it.text)),
            '|-+|\?+|\.|na|n/a|#n/a|nan|nat|null|none|nil|undefined|unknown|missing|empty|无|空|未知|不详|缺失|暂无|待定'
        )
    GROUP BY ALL
)
SELECT case_id, event_key, part || ' ' || to_json(text)::VARCHAR || ': ' || n_events AS value, count(*) OVER () AS n
FROM found
ORDER BY n_events DESC, part, text
LIMIT $examples
