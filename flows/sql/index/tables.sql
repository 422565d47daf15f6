-- What the index of a log keeps in memory.
CREATE TABLE project_row (
    -- One row per project.
    project VARCHAR, name VARCHAR, city VARCHAR, district VARCHAR, began_at TIMESTAMPTZ,
    last_event_at TIMESTAMPTZ, outcome VARCHAR, hold VARCHAR,
    words VARCHAR,  -- what a search looks into
    n_open BIGINT,  -- open work items
    dues TIMESTAMPTZ[],  -- the days by which they are due, where they have one
    first_due TIMESTAMPTZ
);

CREATE TABLE open_item (
    -- One row per open work item.
    work_item VARCHAR, project VARCHAR, name VARCHAR, city VARCHAR, district VARCHAR, activity VARCHAR,
    role VARCHAR, assignee VARCHAR, offered_at TIMESTAMPTZ, due TIMESTAMPTZ, started_at TIMESTAMPTZ,
    hold_cause VARCHAR, hold_until TIMESTAMPTZ, escalated_to VARCHAR
);

CREATE MACRO chosen_work(places, cities, districts, of_role, whose, overdue, today, sought, steps) AS TABLE
-- One row per open work item asked for; NULL asks for all.
SELECT *
FROM open_item
WHERE (cities IS NULL OR list_contains(cities::VARCHAR[], city))
    AND (districts IS NULL OR list_contains(districts::VARCHAR[], district))
    AND (places IS NULL OR list_contains(places::VARCHAR[], city) OR list_contains(places::VARCHAR[], city || '/' || district))
    AND (of_role IS NULL OR role = of_role OR escalated_to = of_role)
    AND (whose IS NULL OR assignee = whose)
    AND (NOT overdue OR due < today)
    AND (
        sought IS NULL
        OR project IN (SELECT one.project FROM project_row AS one WHERE contains(one.words, sought))
        OR list_contains(steps::VARCHAR[], activity)
    );

CREATE MACRO chosen_projects(places, cities, districts, ending, overdue, today, sought) AS TABLE
-- One row per project asked for; NULL asks for all.
SELECT *, rowid AS place
FROM project_row
WHERE (cities IS NULL OR list_contains(cities::VARCHAR[], city))
    AND (districts IS NULL OR list_contains(districts::VARCHAR[], district))
    AND (places IS NULL OR list_contains(places::VARCHAR[], city) OR list_contains(places::VARCHAR[], city || '/' || district))
    AND (ending IS NULL OR coalesce(outcome, 'open') = ending)
    AND (sought IS NULL OR contains(words, sought))
    AND (NOT overdue OR first_due < today);
