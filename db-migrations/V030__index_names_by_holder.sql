-- Serves the question for whom a name is kept (apidrive.name.Claimants), which each server is asked before a holder ends that was left, and
-- when holders are checked: to read all names for it took longer than anybody waits for an answer.
CREATE INDEX name_by_holder ON apidrive.name ((metadata ->> 'apidrive:holder')) WHERE metadata ->> 'apidrive:holder' IS NOT NULL;
