-- The cases that a filter chooses; a condition that is NULL chooses all.
-- One row per case.
CREATE OR REPLACE TEMP TABLE chosen_case AS
WITH fitting_variant AS (
    SELECT variant
    FROM variant
    WHERE
        list_has_all(activities, $with_activities::INTEGER[])
        AND NOT list_has_any(activities, $without_activities::INTEGER[])
        AND ($variants::INTEGER[] IS NULL OR list_contains($variants::INTEGER[], variant))
        AND (
            len($with_arcs::BIGINT[]) + len($without_arcs::BIGINT[]) = 0
            OR (
                list_has_all(arcs_of(activities, $stride::BIGINT), $with_arcs::BIGINT[])
                AND NOT list_has_any(arcs_of(activities, $stride::BIGINT), $without_arcs::BIGINT[])
            )
        )
), wanted AS (
    SELECT unnest($attributes::INTEGER[]) AS attribute, unnest($codes::INTEGER[]) AS code
), having_values AS (
    SELECT case_no
    FROM case_attribute SEMI JOIN wanted USING (attribute, code)
    GROUP BY case_no
    HAVING count(DISTINCT attribute) = (SELECT count(DISTINCT attribute) FROM wanted)
)
SELECT case_no
FROM trace
SEMI JOIN fitting_variant USING (variant)
WHERE
    ($started_from::TIMESTAMPTZ IS NULL OR start_at >= $started_from::TIMESTAMPTZ)
    AND ($started_before::TIMESTAMPTZ IS NULL OR start_at < $started_before::TIMESTAMPTZ)
    AND (len($attributes::INTEGER[]) = 0 OR case_no IN (SELECT case_no FROM having_values))
    AND (
        $standing::VARCHAR[] IS NULL
        OR case_no IN (
            SELECT case_no
            FROM norm_case
            WHERE list_contains($standing::VARCHAR[], word) OR list_contains($standing::VARCHAR[], state)
        )
    );
