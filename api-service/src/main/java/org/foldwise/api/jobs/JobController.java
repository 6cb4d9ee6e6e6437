package org.foldwise.api.jobs;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.foldwise.registry.jobs.JobQueue;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/jobs")
@Tag(name = "Jobs", description = "The queue of work for workers.")
class JobController {
    private static final int MOST_JOBS = 500;

    private final JobQueue queue;

    JobController(JobQueue queue) {
        this.queue = queue;
    }

    @GetMapping
    @Operation(
            summary = "Read the queue: its depth and the open jobs",
            description = "For admins; it spans all projects.")
    QueueResponse getQueue() {
        return QueueResponse.of(queue.depths(), queue.open(MOST_JOBS));
    }
}
