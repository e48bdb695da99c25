package dev.tocsin.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;

/** The faults. Each plays itself on a round, {@code kills} times over. */
enum Scenario {
    KILL_SINGLE(4) {
        @Override
        void play(Round round, int kills) {
            round.feedTopic().feedDirectory(false).toTopics().start();
            killAndRestart(round, kills);
        }
    },
    KILL_JOB(3) {
        @Override
        void play(Round round, int kills) {
            round.feedTopic().feedDirectory(false).toTopics().asJobs().start();
            killAndRestart(round, kills);
        }
    },
    KILL_REPLICA(2) {
        @Override
        void play(Round round, int kills) throws IOException {
            killReplica(round, kills);
        }
    },
    KILL_REPLICA_COOPERATIVE(1) {
        @Override
        void play(Round round, int kills) throws IOException {
            killReplica(round.withCooperativeAssignment(), kills);
        }
    },
    KILL_REPLICA_CONSUMER_PROTOCOL(1) {
        @Override
        void play(Round round, int kills) throws IOException {
            killReplica(round.withConsumerProtocol(), kills);
        }
    },
    PAUSE_REPLICA(1) {
        @Override
        void play(Round round, int kills) throws IOException {
            pauseReplica(round.withSessionTimeout(Duration.ofSeconds(6)), kills);
        }
    },
    PAUSE_REPLICA_CONSUMER_PROTOCOL(1) {
        @Override
        void play(Round round, int kills) throws IOException {
            pauseReplica(round.withConsumerProtocol(), kills);
        }
    },
    STOP_BROKER(2) {
        @Override
        void play(Round round, int kills) {
            twoReplicas(round.steadfast());
            for (int i = 0; i < kills; i++) {
                round.sleepFromProgressUpTo(2_000);
                round.broker().stop();
                round.fault();
                round.sleepUpTo(5_000);
                round.broker().start();
            }
        }
    },
    KILL_BROKER(2) {
        @Override
        void play(Round round, int kills) {
            twoReplicas(round.steadfast());
            for (int i = 0; i < kills; i++) {
                round.sleepFromProgressUpTo(2_000);
                round.broker().kill();
                round.fault();
                round.sleepUpTo(5_000);
                round.broker().start();
            }
        }
    },
    LEAVE_WITHOUT_BROKER(4) {
        @Override
        void play(Round round, int kills) {
            round.throughProxy().feedTopic().feedDirectory(false).toTopics().start();
            FaultyProxy.Mode[] modes = {
                FaultyProxy.Mode.REFUSE, FaultyProxy.Mode.DELAY, FaultyProxy.Mode.DROP_ANSWERS, FaultyProxy.Mode.PASS
            };
            for (int i = 0; i < kills; i++) {
                round.sleepFromProgressUpTo(2_000);
                round.supervise();
                round.broker().proxy().set(modes[i % modes.length]);
                round.fault();
                round.sleepUpTo(3_000);
                round.leave(round.instances().get(0));
                round.broker().proxy().set(FaultyProxy.Mode.PASS);
                round.start();
            }
        }
    },
    REBALANCE(4) {
        @Override
        void play(Round round, int kills) {
            rebalance(round, kills);
        }
    },
    REBALANCE_COOPERATIVE(3) {
        @Override
        void play(Round round, int kills) {
            rebalance(round.withCooperativeAssignment(), kills);
        }
    },
    REBALANCE_CONSUMER_PROTOCOL(3) {
        @Override
        void play(Round round, int kills) {
            rebalance(round.withConsumerProtocol(), kills);
        }
    },
    CHANGING_FILES(2) {
        @Override
        void play(Round round, int kills) {
            round.withTocsin("source.kafka.enabled", false)
                    .feedDirectory(true)
                    .toTopics()
                    .start();
            for (int i = 0; i < kills; i++) {
                round.sleepFromProgressUpTo(4_000);
                round.kill(round.instances().get(0));
                round.start();
            }
        }
    },
    REPLACED_FILE(1) {
        @Override
        void play(Round round, int kills) {
            round.withTocsin("source.kafka.enabled", false)
                    .feedDirectory(false)
                    .replaceFiles()
                    .toTopics()
                    .start();
            for (int i = 0; i < kills; i++) {
                round.awaitProgress();
                round.sleep(6_000);
                round.kill(round.instances().get(0));
                round.start();
            }
        }
    },
    ARCHIVE_FILES(4) {
        @Override
        void play(Round round, int kills) {
            archiving(round).withTocsin("source.kafka.enabled", false);
            round.feedDirectory(false).toTopics().start();
            killAndRestart(round, kills);
        }
    },
    DELETE_FILES_REPLICA(2) {
        @Override
        void play(Round round, int kills) throws IOException {
            killReplica(round.withTocsin("source.directory.after", "delete").withTocsin(AFTER_DELAY, STILL), kills);
        }
    },
    ARCHIVE_FILES_JOURNAL(4) {
        @Override
        void play(Round round, int kills) {
            archiving(round).feedDirectory(false).toFiles(round.home()).start();
            killAndRestart(round, kills);
        }
    },
    KILL_JOURNAL(4) {
        @Override
        void play(Round round, int kills) {
            round.feedDirectory(false).toFiles(round.home()).start();
            killAndRestart(round, kills);
        }
    },
    KILL_JOURNAL_OF_TOPIC(3) {
        @Override
        void play(Round round, int kills) {
            round.feedTopic().toFiles(round.home()).start();
            killAndRestart(round, kills);
        }
    },
    DAMAGE_JOURNAL(6) {
        @Override
        void play(Round round, int kills) throws IOException {
            round.feedDirectory(false).toFiles(round.home()).start();
            JournalDamage damage = new JournalDamage(round);
            for (int i = 0; i < kills; i++) {
                round.sleepFromProgressUpTo(2_000);
                round.kill(round.instances().get(0));
                damage.inflictAndRestart();
            }
        }
    },
    FULL_DISK(2) {
        @Override
        void play(Round round, int kills) throws Exception {
            SmallDisk disk = SmallDisk.below(round.home());
            round.closing(disk);
            round.feedDirectory(false).toFiles(disk.directory()).start();
            for (int i = 0; i < kills; i++) {
                round.sleepFromProgressUpTo(2_000);
                disk.fill();
                round.fault();
                round.sleepUpTo(4_000);
                if (round.random().nextBoolean()) {
                    round.kill(round.instances().get(0));
                    round.start();
                    round.sleepUpTo(3_000);
                }
                disk.free();
            }
        }
    },
    BREAK_CONNECTIONS(4) {
        @Override
        void play(Round round, int kills) {
            breakConnections(round, kills);
        }
    },
    BREAK_CONNECTIONS_COOPERATIVE(3) {
        @Override
        void play(Round round, int kills) {
            breakConnections(round.withCooperativeAssignment(), kills);
        }
    },
    BREAK_CONNECTIONS_CONSUMER_PROTOCOL(3) {
        @Override
        void play(Round round, int kills) {
            breakConnections(round.withConsumerProtocol(), kills);
        }
    };

    private static final String AFTER_DELAY = "source.directory.after-delay";
    /** Longer than the feeder ever leaves a file that it has not finished. */
    private static final String STILL = "10s";

    private final int shortRound;

    /** @param shortRound how many faults the short round has */
    Scenario(int shortRound) {
        this.shortRound = shortRound;
    }

    /** Feeds, starts, and inflicts so many faults. */
    abstract void play(Round round, int kills) throws Exception;

    int shortRound() {
        return shortRound;
    }

    /** As it is given with {@code -Dchaos.scenario}. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** At a random instant of its start, or of its work. */
    private static void killAndRestart(Round round, int kills) {
        for (int i = 0; i < kills; i++) {
            if (round.random().nextInt(4) == 0) {
                round.sleepUpTo(3_000);
            } else {
                round.sleepFromProgressUpTo(2_000);
            }
            round.supervise();
            round.kill(round.instances().get(0));
            round.start();
        }
    }

    private static Round archiving(Round round) {
        return round.withTocsin("source.directory.after", "archive")
                .withTocsin("source.directory.archive-path", round.home().resolve("archive"))
                .withTocsin(AFTER_DELAY, STILL);
    }

    private static void twoReplicas(Round round) {
        round.feedTopic().feedDirectory(false).toTopics();
        round.start();
        round.start();
    }

    /** The others take over, without the one that was killed. */
    private static void killReplica(Round round, int kills) throws IOException {
        twoReplicas(round);
        round.start();
        for (int i = 0; i < kills; i++) {
            round.sleepFromProgressUpTo(3_000);
            round.supervise();
            round.kill(round.instances().get(round.random().nextInt(3)));
            round.awaitTakeover();
            round.start();
        }
    }

    /** While it sleeps the other takes over; when it wakes up it must not write. */
    private static void pauseReplica(Round round, int kills) throws IOException {
        twoReplicas(round.steadfast());
        for (int i = 0; i < kills; i++) {
            round.sleepFromProgressUpTo(3_000);
            round.supervise();
            Instance paused = round.instances().get(round.random().nextInt(2));
            paused.pause();
            round.fault();
            round.passBarrier();
            round.sleepUpTo(6_000);
            paused.resume();
            round.sleepUpTo(2_000);
        }
    }

    private static void rebalance(Round round, int kills) {
        round.feedTopic().feedDirectory(false).toTopics().start();
        for (int i = 0; i < kills; i++) {
            round.sleepFromProgressUpTo(2_500);
            round.supervise();
            int running = round.instances().size();
            if (running == 1 || running < 4 && round.random().nextBoolean()) {
                round.start();
            } else {
                round.leave(round.instances().get(round.random().nextInt(running)));
            }
            round.fault();
        }
    }

    private static void breakConnections(Round round, int kills) {
        FaultyProxy proxy = round.broker().proxy();
        twoReplicas(round.throughProxy());
        for (int i = 0; i < kills; i++) {
            round.sleepFromProgressUpTo(2_000);
            FaultyProxy.Mode[] modes = FaultyProxy.Mode.values();
            FaultyProxy.Mode mode = modes[round.random().nextInt(modes.length)];
            if (mode == FaultyProxy.Mode.PASS) {
                proxy.cut();
            } else {
                proxy.set(mode);
                round.sleepUpTo(round.random().nextInt(4) == 0 ? 12_000 : 4_000);
                proxy.set(FaultyProxy.Mode.PASS);
            }
            round.fault();
        }
    }
}
