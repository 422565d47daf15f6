-- Macros that tell what kind of value a text is; only what comes back as the very same text is a number.
-- One boolean per text.
CREATE MACRO is_int(v) AS coalesce(CAST(TRY_CAST(v AS BIGINT) AS VARCHAR) = v, false);

CREATE MACRO is_float(v) AS
    regexp_matches(v, '^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$') AND coalesce(isfinite(TRY_CAST(v AS DOUBLE)), false);

CREATE MACRO is_bool(v) AS v IN ('true', 'false', 'True', 'False', 'TRUE', 'FALSE');

CREATE MACRO is_dated(v) AS regexp_matches(v, '^\s*\d{4}\s*[-/年]\s*\d{1,2}\s*[-/月]\s*\d{1,2}([^\d]|$)');
