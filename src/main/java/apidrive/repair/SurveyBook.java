package apidrive.repair;

import static apidrive.sql.Instants.utc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import apidrive.sql.Database;
import apidrive.wire.NodeId;

/** The newest survey as rows, for whoever asks in SQL. */
public final class SurveyBook {
    /** First of all, so that several WARs write one after another. */
    private static final String AT = """
            INSERT INTO apidrive.survey (at) VALUES (?) ON CONFLICT (only_one) DO UPDATE SET at = excluded.at""";
    private static final List<String> FORGET = List.of("DELETE FROM apidrive.survey_copies", "DELETE FROM apidrive.survey_risk",
            "DELETE FROM apidrive.survey_parts");
    private static final String COPIES = """
            INSERT INTO apidrive.survey_copies (wanted, known, chunks)
            SELECT * FROM unnest(?::smallint[], ?::smallint[], ?::bigint[])""";
    private static final String RISK = """
            INSERT INTO apidrive.survey_risk (server, chunks)
            SELECT * FROM unnest(?::uuid[], ?::bigint[])""";
    private static final String PARTS = """
            INSERT INTO apidrive.survey_parts (whole, parts, chunks)
            SELECT * FROM unnest(?::smallint[], ?::integer[], ?::bigint[])""";
    private static final String FORGET_COMPARISONS = """
            DELETE FROM apidrive.survey_comparison WHERE NOT server = ANY (?::uuid[])""";
    /** There may be many, and few of them are new. */
    private static final String COMPARISONS = """
            INSERT INTO apidrive.survey_comparison (server, at, different, error)
            SELECT * FROM unnest(?::uuid[], ?::timestamptz[], ?::integer[], ?::text[])
                ON CONFLICT (server) DO UPDATE
               SET at = excluded.at, different = excluded.different, error = excluded.error
             WHERE survey_comparison.at <> excluded.at""";

    private final Database database;

    public SurveyBook(Database database) {
        this.database = database;
    }

    /** Takes the place of what was written before. */
    public void write(Survey survey) {
        List<Map.Entry<Survey.Copies, Long>> copies = List.copyOf(survey.copies().entrySet());
        List<Map.Entry<NodeId, Long>> only = List.copyOf(survey.only().entrySet());
        List<Map.Entry<Integer, Survey.Parts>> parts = List.copyOf(survey.parts().entrySet());
        List<Map.Entry<NodeId, Sync.Compared>> compared = List.copyOf(survey.comparisons().entrySet());
        Object[] servers = column(compared, one -> one.getKey().toString());
        database.inTransaction(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(AT)) {
                statement.setObject(1, utc(survey.at()));
                statement.executeUpdate();
            }
            for (String forget : FORGET) {
                run(connection, forget);
            }
            run(connection, COPIES, column(copies, one -> one.getKey().wanted().map(Object::toString).orElse(null)),
                    column(copies, one -> one.getKey().known()), column(copies, Map.Entry::getValue));
            run(connection, RISK, column(only, one -> one.getKey().toString()), column(only, Map.Entry::getValue));
            run(connection, PARTS, column(parts, Map.Entry::getKey), column(parts, one -> one.getValue().parts()),
                    column(parts, one -> one.getValue().chunks()));
            run(connection, FORGET_COMPARISONS, servers);
            run(connection, COMPARISONS, servers, column(compared, one -> one.getValue().at()),
                    column(compared, one -> one.getValue().different().size()), column(compared, one -> one.getValue().error().orElse(null)));
            return null;
        });
    }

    /** Each column is bound as an array of texts, whatever the statement makes of it. */
    private static void run(Connection connection, String sql, Object[]... columns) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < columns.length; i++) {
                statement.setArray(i + 1, connection.createArrayOf("text", columns[i]));
            }
            statement.executeUpdate();
        }
    }

    private static <T> Object[] column(List<T> rows, Function<T, Object> value) {
        List<Object> values = new ArrayList<>();
        rows.forEach(row -> values.add(value.apply(row) == null ? null : value.apply(row).toString()));
        return values.toArray();
    }
}
