-- Serves the question which names are over (apidrive.name.NameTable), so that it costs nothing for those that do not end by themselves.
CREATE INDEX name_by_end ON apidrive.name (((metadata ->> 'apidrive:until') COLLATE "C"), namespace, name)
 WHERE is_newest AND digest IS NOT NULL AND metadata ->> 'apidrive:until' IS NOT NULL;
