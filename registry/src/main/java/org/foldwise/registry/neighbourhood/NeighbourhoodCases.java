package org.foldwise.registry.neighbourhood;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.foldwise.registry.neighbourhood.NeighbourhoodCase.SeenImage;
import org.foldwise.registry.neighbourhood.NeighbourhoodCase.StoredNeighbour;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The cases of neighbourhoods with their neighbours. */
@Component
public class NeighbourhoodCases {
    private final JdbcClient database;

    NeighbourhoodCases(JdbcClient database) {
        this.database = database;
    }

    /** A neighbourhood's cases, in the order in which they were found; none before it has succeeded. */
    public List<NeighbourhoodCase> of(UUID neighbourhood) {
        Map<Integer, List<StoredNeighbour>> nearest = new LinkedHashMap<>();
        database.sql(
                        """
                        select n.position, n.distance, i.id, i.name, i.patient, i.labels
                        from neighbour n join dataset_image i on i.id = n.image_id
                        where n.neighbourhood_id = ? order by n.position, n.rank
                        """)
                .param(neighbourhood)
                .query(row -> {
                    nearest.computeIfAbsent(row.getInt("position"), position -> new ArrayList<>())
                            .add(new StoredNeighbour(image(row), row.getDouble("distance")));
                });
        return database.sql(
                        """
                        select c.*, i.id, i.name, i.patient, i.labels
                        from neighbourhood_case c join dataset_image i on i.id = c.image_id
                        where c.neighbourhood_id = ? order by c.position
                        """)
                .param(neighbourhood)
                .query((row, number) -> new NeighbourhoodCase(
                        image(row),
                        words(row, "called"),
                        row.getInt("model"),
                        row.getDouble("nearest_distance"),
                        row.getObject("farther_than_training", Double.class),
                        row.getObject("farther_than_unseen", Double.class),
                        nearest.getOrDefault(row.getInt("position"), List.of())))
                .list();
    }

    void insert(UUID neighbourhood, List<FoundCase> cases) {
        for (int position = 0; position < cases.size(); position++) {
            FoundCase found = cases.get(position);
            database.sql(
                            """
                            insert into neighbourhood_case (neighbourhood_id, position, image_id, called, model, nearest_distance,
                                farther_than_training, farther_than_unseen) values (?, ?, ?, cast(? as text[]), ?, ?, ?, ?)
                            """)
                    .param(neighbourhood)
                    .param(position)
                    .param(found.image())
                    .param(found.called().toArray(String[]::new))
                    .param(found.model())
                    .param(found.nearest().get(0).distance())
                    .param(found.fartherThanTraining())
                    .param(found.fartherThanUnseen())
                    .update();
            insert(neighbourhood, position, found.nearest());
        }
    }

    private void insert(UUID neighbourhood, int position, List<FoundCase.FoundNeighbour> nearest) {
        for (int rank = 0; rank < nearest.size(); rank++) {
            database.sql("insert into neighbour (neighbourhood_id, position, rank, image_id, distance)"
                            + " values (?, ?, ?, ?, ?)")
                    .param(neighbourhood)
                    .param(position)
                    .param(rank)
                    .param(nearest.get(rank).image())
                    .param(nearest.get(rank).distance())
                    .update();
        }
    }

    private static SeenImage image(ResultSet row) throws SQLException {
        return new SeenImage(
                row.getObject("id", UUID.class), row.getString("name"), row.getString("patient"), words(row, "labels"));
    }

    private static List<String> words(ResultSet row, String column) throws SQLException {
        return List.of((String[]) row.getArray(column).getArray());
    }
}
