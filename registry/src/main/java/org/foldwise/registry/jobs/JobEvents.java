package org.foldwise.registry.jobs;

import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What happened to jobs, for those who follow them. */
@Component
public class JobEvents {
    private final JdbcClient database;

    JobEvents(JdbcClient database) {
        this.database = database;
    }

    /** At most {@code limit} events of {@code job} that came after the one with {@code sequence}, in order; 0 for the first. */
    public List<JobEvent> after(UUID job, long sequence, int limit) {
        return database.sql("select * from job_event where job_id = ? and sequence > ? order by sequence limit ?")
                .param(job)
                .param(sequence)
                .param(limit)
                .query(JobRows::event)
                .list();
    }
}
