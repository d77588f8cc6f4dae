"""For the test suites of users: golden schedules as a pytest fixture."""
