-- How long each stratum of waits allows a case to stand still.
-- One row per stratum, updated.
UPDATE stall_norm SET most = found.most
FROM (SELECT unnest($norms::BIGINT[]) AS norm_no, unnest($limits::DOUBLE[]) AS most) AS found
WHERE found.norm_no = stall_norm.norm_no;
