-- Serves the question which names mean an object (apidrive.name.NameSearch). The hashes that every object has as names are found by
-- themselves and left out, so that an object without another name costs nothing here.
CREATE INDEX name_by_object ON apidrive.name (digest, namespace, name)
 WHERE is_newest AND namespace NOT IN ('sha1', 'sha256', 'sha512');
