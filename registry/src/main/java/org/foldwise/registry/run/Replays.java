package org.foldwise.registry.run;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.repository.Repository;

/** The stored replays. */
public interface Replays extends Repository<Replay, UUID> {
    Replay saveAndFlush(Replay replay);

    Optional<Replay> findById(UUID id);

    /** A run's replays in the order of their ids. */
    List<Replay> findByRunIdOrderById(UUID runId);

    boolean existsByRunIdAndStateIn(UUID runId, List<ReplayState> states);
}
