-- A moment in ISO 8601 with the offset of a zone; at UTC where the zone's offset then had odd seconds.
-- One text per moment.
CREATE OR REPLACE TEMP MACRO iso_moment(moment, zone) AS (
    WITH shift AS (
        SELECT date_diff('second', moment AT TIME ZONE 'UTC', moment AT TIME ZONE zone) AS seconds
    )
    SELECT CASE
        WHEN seconds % 60 <> 0 THEN strftime(moment AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%f') || '+00:00'
        ELSE
            strftime(moment AT TIME ZONE zone, '%Y-%m-%dT%H:%M:%S.%f')
            || if(seconds < 0, '-', '+')
            || lpad((abs(seconds) // 3600)::VARCHAR, 2, '0')
            || ':'
            || lpad((abs(seconds) % 3600 // 60)::VARCHAR, 2, '0')
    END
    FROM shift
);
