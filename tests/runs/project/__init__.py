"""A whole, very small Scrapy project, so that the accounts of a run are tested in a real crawl of their own process.

Its settings are this module's; it is started as `scrapy crawl paper` with SCRAPY_SETTINGS_MODULE naming it.
"""

BOT_NAME = "paper"
SPIDER_MODULES = ["tests.runs.project.spiders"]
COMMANDS_MODULE = "mtcrawler.commands"
EXTENSIONS = {"mtcrawler.runs.run_recorder.RunRecorder": 100, "mtcrawler.runs.monitoring.progress.Progress": 200}
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "mtcrawler.fetch.middleware.robots.ObeyRobots": 100,
    "mtcrawler.runs.last_word.LastWord": 540,
}
REMOTE_CONTROL_ENABLED = False
ITEM_PIPELINES = {"tests.runs.project.pipelines.Keep": 100}
PROGRESS_INTERVAL = 0.2
LOGSTATS_INTERVAL = 0
TELNETCONSOLE_ENABLED = False
ROBOTSTXT_OBEY = True
RETRY_TIMES = 1
LOG_LEVEL = "INFO"
