-- What a node last knew of the network's copies. Which servers are to keep a chunk follows from the list of servers by a function
-- that the database does not have, so the node writes down what came of it, all of it in one transaction.
CREATE TABLE apidrive.survey (
    only_one boolean     NOT NULL PRIMARY KEY DEFAULT true CHECK (only_one),
    at       timestamptz NOT NULL
);

COMMENT ON TABLE apidrive.survey IS 'When the other tables of the survey were true; empty before the first';

CREATE TABLE apidrive.survey_copies (
    wanted smallint,
    known  smallint NOT NULL,
    chunks bigint   NOT NULL CHECK (chunks > 0)
);

COMMENT ON TABLE apidrive.survey_copies IS 'Chunks by the copies they are to have and those known on servers that can be reached';
COMMENT ON COLUMN apidrive.survey_copies.wanted IS 'Null where this node keeps none of them, and so does not know';

CREATE TABLE apidrive.survey_risk (
    server uuid   NOT NULL PRIMARY KEY,
    chunks bigint NOT NULL CHECK (chunks > 0)
);

COMMENT ON TABLE apidrive.survey_risk IS 'Chunks of which one copy alone is known on a server that can be reached, by that server';

CREATE TABLE apidrive.survey_parts (
    whole  smallint NOT NULL PRIMARY KEY,
    parts  integer  NOT NULL CHECK (parts > 0),
    chunks bigint   NOT NULL
);

COMMENT ON TABLE apidrive.survey_parts IS 'Parts that this node is a holder of, by their copies that are known to be whole';

CREATE TABLE apidrive.survey_comparison (
    server    uuid        NOT NULL PRIMARY KEY,
    at        timestamptz NOT NULL,
    different integer     NOT NULL,
    error     text
);

COMMENT ON TABLE apidrive.survey_comparison IS 'What came of the last comparison with each server that is not away';
COMMENT ON COLUMN apidrive.survey_comparison.different IS 'Parts in which it kept something else than this node';
COMMENT ON COLUMN apidrive.survey_comparison.error IS 'Why it could not be done; null when it was';

CREATE VIEW apidrive_view.copies AS
SELECT wanted, known, chunks, survey.at
  FROM apidrive.survey_copies CROSS JOIN apidrive.survey;

COMMENT ON VIEW apidrive_view.copies IS 'How many chunks, kept here or known to lack a copy, have how many of the copies they are to have';

CREATE VIEW apidrive_view.risk AS
SELECT COALESCE(peers.id, survey_risk.server) AS server, peers.url, peers.state, COALESCE(survey_risk.chunks, 0) AS chunks, survey.at
  FROM apidrive_view.peers FULL JOIN apidrive.survey_risk ON survey_risk.server = peers.id
 CROSS JOIN apidrive.survey;

COMMENT ON VIEW apidrive_view.risk IS 'One row a server: the chunks that would be lost if it left';

CREATE VIEW apidrive_view.parts AS
SELECT whole, parts, chunks, survey.at
  FROM apidrive.survey_parts CROSS JOIN apidrive.survey;

COMMENT ON VIEW apidrive_view.parts IS 'How many parts of the placement that this node is a holder of have how many copies known to be whole';

CREATE VIEW apidrive_view.comparisons AS
SELECT server, at, different, error FROM apidrive.survey_comparison;

COMMENT ON VIEW apidrive_view.comparisons IS 'What came of comparing this node''s chunks with each other server''s, and when';
