-- Macros that read a text as a date and time: ISO 8601, Chinese and slashed dates, numbers since 1970, Excel's days.
-- One value per text; NULL where it is none.
CREATE MACRO time_digits(t) AS translate(trim(t), '０１２３４５６７８９：／－．　', '0123456789:/-. ');

-- 2021年3月6日 下午2时05分 -> 2021-3-6 2:05 with the letters of the half day left out; 6/3/2021 -> 6-3-2021
CREATE MACRO plain_time(t) AS rtrim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
    regexp_replace(regexp_replace(time_digits(t),
        '\s*[(（]?(星期|周)[一二三四五六日天][)）]?\s*', ' '),
        '(上午|早上|凌晨|中午|下午|晚上|\s+[AaPp]\.?[Mm]\.?$)', ' '),
        '\s*[年月]\s*', '-', 'g'),
        '\s*[日号]\s*', ' '),
        '\s*[时点分]\s*', ':', 'g'),
        '\s*秒', ''),
        '^(\d{1,4})[/.](\d{1,2})[/.](\d{1,4})', '\1-\2-\3'),
    ': ');

CREATE MACRO half_day(t) AS CASE
    WHEN regexp_matches(t, '下午|晚上|中午|[Pp]\.?[Mm]\.?$') THEN 'pm'
    WHEN regexp_matches(t, '上午|早上|凌晨|[Aa]\.?[Mm]\.?$') THEN 'am'
END;

CREATE MACRO zone_text(t) AS regexp_extract(trim(t), ':\d\d(?:[.,]\d+)?\s*([Zz]|UTC|GMT|[+-]\d\d(?::?\d\d)?)$', 1);

CREATE MACRO zone_minutes(z) AS CASE
    WHEN z IN ('Z', 'z', 'UTC', 'GMT') THEN 0
    ELSE (CASE WHEN z[1] = '-' THEN -1 ELSE 1 END)
        * (CAST(z[2:3] AS INTEGER) * 60 + coalesce(TRY_CAST(replace(z[4:], ':', '') AS INTEGER), 0))
END;

-- day_order: 'ymd' for dates that begin with the year; 'dmy' or 'mdy' for those that end with it
CREATE MACRO ordered_date(p, day_order) AS CASE
    WHEN day_order = 'dmy' THEN regexp_replace(p, '^(\d{1,2})-(\d{1,2})-(\d{4})', '\3-\2-\1')
    WHEN day_order = 'mdy' THEN regexp_replace(p, '^(\d{1,2})-(\d{1,2})-(\d{4})', '\3-\1-\2')
    ELSE p
END;

CREATE MACRO read_time(p) AS coalesce(
    CASE WHEN regexp_matches(p, '^\d{4}-\d{1,2}-\d{1,2}([ T]+\d{1,2}:\d{1,2}(:\d{1,2}([.,]\d+)?)?)?$')
        THEN TRY_CAST(replace(p, ',', '.') AS TIMESTAMP) END,
    CASE WHEN regexp_matches(p, '^\d{4}-\d{1,2}-\d{1,2}[ T]+\d{1,2}$') THEN TRY_CAST(p || ':00' AS TIMESTAMP) END,
    CASE WHEN regexp_matches(p, '^[A-Za-z0-9]') THEN TRY_STRPTIME(p, [
        '%d-%b-%Y %H:%M:%S', '%d-%b-%Y %H:%M', '%d-%b-%Y', '%d %b %Y %H:%M:%S', '%d %b %Y %H:%M', '%d %b %Y',
        '%b %d, %Y %H:%M:%S', '%b %d, %Y %H:%M', '%b %d, %Y'
    ]) END
);

-- A time as written, without regard to its zone
CREATE MACRO written_time(t, day_order) AS (
    SELECT CASE
        WHEN half = 'pm' AND extract('hour' FROM read) < 12 THEN read + INTERVAL 12 HOUR
        WHEN half = 'am' AND extract('hour' FROM read) = 12 THEN read - INTERVAL 12 HOUR
        ELSE read
    END
    FROM (SELECT
        half_day(t) AS half,
        read_time(trim(ordered_date(
            plain_time(CASE WHEN zone_text(t) <> '' THEN left(trim(t), -len(zone_text(t))) ELSE t END), day_order
        ))) AS read)
);

-- Numbers: of seconds, milli-, micro- or nanoseconds since 1970 (at UTC); 20210306, 202103061405; days since 1900
CREATE MACRO numbered_time(t) AS CASE
    WHEN NOT regexp_matches(t, '^\d{5,19}(\.\d+)?$') THEN NULL
    WHEN regexp_matches(t, '^\d{14}$') THEN TRY_STRPTIME(t, '%Y%m%d%H%M%S')
    WHEN regexp_matches(t, '^(19|20)\d{10}$') THEN TRY_STRPTIME(t, '%Y%m%d%H%M')
    WHEN regexp_matches(t, '^(19|20)\d{6}$') THEN TRY_STRPTIME(t, '%Y%m%d')
    WHEN regexp_matches(t, '^\d{5}(\.\d+)?$')
        THEN TIMESTAMP '1899-12-30' + to_microseconds(CAST(round(CAST(t AS DOUBLE) * 86400) * 1000000 AS BIGINT))
    WHEN is_since_1970(t)
        THEN make_timestamp(CAST(round(CAST(t AS DECIMAL(28, 6)) * since_1970_in_us(t)) AS BIGINT))
END;

CREATE MACRO is_since_1970(t) AS regexp_matches(t, '^(\d{9,10}(\.\d+)?|\d{13}|\d{16}|\d{19})$');

CREATE MACRO since_1970_in_us(t) AS CASE len(split_part(t, '.', 1))
    WHEN 13 THEN 1000.0 WHEN 16 THEN 1.0 WHEN 19 THEN 0.001 ELSE 1000000.0
END;
