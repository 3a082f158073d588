-- Everything but rows that makes a database what it is: one line (kind, name, definition) for each thing that is not the
-- server's own. Two databases with the same lines and the same rows are equal for whoever uses them.
WITH namespaces AS (
    SELECT oid, nspname, nspacl, nspowner FROM pg_namespace
    WHERE nspname NOT LIKE 'pg\_%' AND nspname <> 'information_schema'
), relations AS (
    SELECT c.*, n.nspname, format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN namespaces n ON n.oid = c.relnamespace
), functions AS (
    SELECT p.*, format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) AS name
    FROM pg_proc p JOIN namespaces n ON n.oid = p.pronamespace
), grants AS (
    SELECT 'schema ' || nspname AS name, coalesce(nspacl, acldefault('n', nspowner)) AS acl FROM namespaces
    UNION ALL
    SELECT name, coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner)) FROM relations WHERE relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
    UNION ALL
    SELECT r.name || '.' || quote_ident(attname), attacl FROM relations r JOIN pg_attribute a ON a.attrelid = r.oid WHERE attacl IS NOT NULL
    UNION ALL
    SELECT name, coalesce(proacl, acldefault('f', proowner)) FROM functions
    UNION ALL
    SELECT concat_ws(' ', 'default', defaclobjtype, 'of', defaclrole::regrole), defaclacl FROM pg_default_acl
)
SELECT 'schema' AS kind, nspname AS name, nspowner::regrole::text AS definition FROM namespaces
UNION ALL
SELECT CASE relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence' WHEN 'c' THEN 'type' ELSE 'relation' END,
    name, concat_ws(' | ', relowner::regrole, relkind, relpersistence, relreplident, relispopulated, relrowsecurity, relforcerowsecurity,
        reloptions, pg_get_partkeydef(oid), pg_get_expr(relpartbound, oid), CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(oid) END,
        (SELECT string_agg(inhparent::regclass::text, ',' ORDER BY inhseqno) FROM pg_inherits WHERE inhrelid = relations.oid))
FROM relations WHERE relkind NOT IN ('i', 'I')
UNION ALL
SELECT 'column', r.name || '.' || quote_ident(attname), concat_ws(' | ', format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated,
    attstorage, attcompression, attstattarget, attislocal, attcollation::regcollation, pg_get_expr(d.adbin, d.adrelid))
FROM relations r JOIN pg_attribute a ON a.attrelid = r.oid AND attnum > 0 AND NOT attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE relkind IN ('r', 'p', 'v', 'm', 'c')
UNION ALL
SELECT 'constraint', concat_ws(' on ', quote_ident(conname), coalesce(r.name, contypid::regtype::text)),
    concat_ws(' | ', pg_get_constraintdef(c.oid), convalidated, conislocal)
FROM pg_constraint c JOIN namespaces n ON n.oid = c.connamespace LEFT JOIN relations r ON r.oid = c.conrelid
UNION ALL
SELECT 'index', r.name, concat_ws(' | ', pg_get_indexdef(indexrelid), indisvalid, indisclustered, indisreplident)
FROM relations r JOIN pg_index i ON i.indexrelid = r.oid
UNION ALL
SELECT 'trigger', quote_ident(tgname) || ' on ' || r.name, concat_ws(' | ', pg_get_triggerdef(t.oid), tgenabled)
FROM pg_trigger t JOIN relations r ON r.oid = t.tgrelid WHERE NOT tgisinternal
UNION ALL
SELECT 'rule', quote_ident(rulename) || ' on ' || r.name, concat_ws(' | ', pg_get_ruledef(w.oid), ev_enabled)
FROM pg_rewrite w JOIN relations r ON r.oid = w.ev_class WHERE rulename <> '_RETURN'
UNION ALL
SELECT CASE prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END, name, concat_ws(' | ', proowner::regrole,
    CASE WHEN prokind = 'a' THEN (SELECT concat_ws(',', aggtransfn, aggfinalfn, aggtranstype::regtype, agginitval) FROM pg_aggregate WHERE aggfnoid = functions.oid)
        ELSE pg_get_functiondef(oid) END)
FROM functions
UNION ALL
SELECT 'sequence', format('%I.%I (state)', schemaname, sequencename), concat_ws(' | ', data_type, start_value, min_value, max_value, increment_by, cycle, cache_size,
    coalesce(last_value::text, 'not used'))
FROM pg_sequences WHERE schemaname IN (SELECT nspname FROM namespaces)
UNION ALL
SELECT 'enum', t.oid::regtype::text, string_agg(quote_literal(enumlabel), ',' ORDER BY enumsortorder)
FROM pg_type t JOIN namespaces n ON n.oid = t.typnamespace JOIN pg_enum e ON e.enumtypid = t.oid GROUP BY t.oid
UNION ALL
SELECT 'domain', t.oid::regtype::text, concat_ws(' | ', format_type(typbasetype, typtypmod), typnotnull, typdefault, typcollation::regcollation)
FROM pg_type t JOIN namespaces n ON n.oid = t.typnamespace WHERE typtype = 'd'
UNION ALL
SELECT 'policy', format('%I on %I.%I', policyname, schemaname, tablename), concat_ws(' | ', permissive, roles, cmd, qual, with_check) FROM pg_policies
UNION ALL
SELECT 'statistics', stxname, pg_get_statisticsobjdef(s.oid) FROM pg_statistic_ext s JOIN namespaces n ON n.oid = s.stxnamespace
UNION ALL
SELECT 'comment', pg_describe_object(classoid, objoid, objsubid), description FROM pg_description WHERE objoid >= 16384
UNION ALL
SELECT 'grants', name, (SELECT string_agg(concat_ws(' ', CASE grantee WHEN 0 THEN 'public' ELSE grantee::regrole::text END, privilege_type, is_grantable), ', '
    ORDER BY grantee::regrole::text, privilege_type) FROM aclexplode(acl))
FROM grants
UNION ALL
SELECT 'extension', extname, extversion FROM pg_extension
UNION ALL
SELECT 'database', 'encoding and locale', concat_ws(' | ', pg_encoding_to_char(encoding), datcollate, datctype) FROM pg_database WHERE datname = current_database()
