-- A played log copied often: every project $n_copies times under a name of its own, its events as far apart as in the
-- play or, with $stretch, up to so much further, so that no two copies last equally long. What belongs to no project,
-- such as a firm, stays single. Chain hashes stay empty: neither mining nor lists read them.
-- One statement per table; `played` is the attached file.
CREATE TEMP TABLE copy AS
SELECT
    base.case_id AS old_id,
    base.case_id || '-' || printf('%05d', number) AS new_id,
    number,
    1 + $stretch * (hash(base.case_id, number) % 1000) / 1000 AS factor,
    base.last_at
FROM (SELECT case_id, max(occurred_at) AS last_at FROM played.event GROUP BY case_id) AS base
CROSS JOIN range($n_copies) AS numbers (number);

INSERT INTO log BY NAME FROM played.log;

INSERT INTO event BY NAME
SELECT
    event.* REPLACE (
        number * (SELECT max(seq) FROM played.event) + seq AS seq,
        replace(event_key, old_id, new_id) AS event_key,
        new_id AS case_id,
        last_at - to_microseconds(round(factor * epoch_us(last_at - occurred_at))::BIGINT) AS occurred_at,
        replace(attributes::VARCHAR, old_id, new_id)::JSON AS attributes,
        list_transform(
            objects,
            lambda link: struct_pack(
                object_id := replace(link.object_id, old_id, new_id),
                object_type := link.object_type,
                qualifier := link.qualifier
            )
        ) AS objects,
        list_transform(
            changes,
            lambda change: struct_pack(
                object_id := replace(change.object_id, old_id, new_id), name := change.name, "value" := change.value
            )
        ) AS changes,
        replace(corrects, old_id, new_id) AS corrects,
        ''::BLOB AS chain_hash
    )
FROM played.event AS event
JOIN copy ON copy.old_id = event.case_id
ORDER BY seq;

INSERT INTO case_head SELECT log_id, case_id, max(seq), ''::BLOB FROM event GROUP BY ALL;

INSERT INTO object BY NAME
SELECT object.* REPLACE (coalesce(replace(object_id, old_id, new_id), object_id) AS object_id)
FROM played.object AS object
LEFT JOIN copy ON copy.old_id = split_part(object_id, '/', 1);

INSERT INTO object_change BY NAME
SELECT change.* REPLACE (
    coalesce(replace(object_id, old_id, new_id), object_id) AS object_id,
    coalesce(number, 0) * (SELECT max(seq) FROM played.event) + seq AS seq
)
FROM played.object_change AS change
LEFT JOIN copy ON copy.old_id = split_part(object_id, '/', 1);

DROP TABLE copy;
