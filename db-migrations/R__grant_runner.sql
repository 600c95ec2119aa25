-- What the role that the node runs as may do, and no more. Runs again whenever that role's name changes.
GRANT USAGE ON SCHEMA apidrive TO "${runner}";
GRANT SELECT, INSERT, UPDATE, DELETE ON apidrive.chunk, apidrive.client_usage TO "${runner}";
GRANT SELECT, INSERT, DELETE ON apidrive.chunk_data TO "${runner}";
GRANT SELECT, INSERT, UPDATE, DELETE ON apidrive.heal, apidrive.tombstone, apidrive.cached_chunk TO "${runner}";
GRANT SELECT, INSERT, UPDATE, DELETE ON apidrive.leftover, apidrive.heard_end TO "${runner}";
GRANT SELECT, UPDATE ON apidrive.slot_shard TO "${runner}";
GRANT SELECT, INSERT, UPDATE, DELETE ON apidrive.lease, apidrive.ended_lease, apidrive.unnamed_lease TO "${runner}";
GRANT SELECT, INSERT, UPDATE, DELETE ON apidrive.admin_token, apidrive.admin_session, apidrive.admin_failure TO "${runner}";
GRANT SELECT, INSERT, UPDATE, DELETE ON apidrive.client_limit TO "${runner}";
GRANT SELECT, INSERT ON apidrive.audit TO "${runner}";
GRANT SELECT, INSERT, DELETE ON apidrive.dtfc_switch TO "${runner}";
GRANT SELECT, INSERT, UPDATE ON apidrive.scrub_place TO "${runner}";
GRANT SELECT, INSERT, UPDATE ON apidrive.survey TO "${runner}";
GRANT SELECT, INSERT, UPDATE, DELETE ON apidrive.survey_copies, apidrive.survey_risk, apidrive.survey_parts, apidrive.survey_comparison
      TO "${runner}";
GRANT SELECT, INSERT, UPDATE, DELETE ON apidrive.object, apidrive.upload TO "${runner}";
GRANT SELECT, INSERT, UPDATE, DELETE ON apidrive.name, apidrive.name_owed, apidrive.name_content TO "${runner}";
GRANT SELECT, UPDATE ON apidrive.name_shard TO "${runner}";
GRANT SELECT, INSERT, UPDATE, DELETE ON apidrive.peer TO "${runner}";
GRANT UPDATE (sequence, declared) ON apidrive.node TO "${runner}";
GRANT EXECUTE ON FUNCTION apidrive.take_node_key(bytea, uuid) TO "${runner}";
GRANT USAGE ON SCHEMA apidrive_view TO "${runner}";
GRANT SELECT ON ALL TABLES IN SCHEMA apidrive_view TO "${runner}";
GRANT SELECT ON apidrive.chunk_epoch, apidrive.node, apidrive.flyway_schema_history TO "${runner}";
GRANT EXECUTE ON FUNCTION apidrive.open_epoch(timestamptz, timestamptz), apidrive.drop_epoch(integer) TO "${runner}";

-- Partitions that stood before this role was named.
DO $$
DECLARE
    number integer;
BEGIN
    FOR number IN SELECT epoch FROM apidrive.chunk_epoch LOOP
        EXECUTE format('GRANT SELECT, INSERT, DELETE ON apidrive.chunk_data_%s TO "${runner}"', number);
    END LOOP;
END
$$;
