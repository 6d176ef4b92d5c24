// What every site of a client library shares: the facts of the test, and where it listens.
import express from 'express'

export const facts = JSON.parse(process.argv[2])
export const app = express()
export const callback = facts.address + facts.callback
export const serve = () => app.listen(facts.port, '127.0.0.1')
